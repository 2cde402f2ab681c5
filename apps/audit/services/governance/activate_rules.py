# SPDX-License-Identifier: Apache-2.0
"""Put a version of the rules in force, by two; the nightly job goes by it from then on."""

from uuid import UUID

from django.db import connection

from apps.audit.domain.governance.errors import GovernanceMustChange
from apps.audit.domain.governance.rules import GovernanceRules
from apps.audit.domain.policy_names import ACTIVATE_GOVERNANCE
from apps.audit.domain.privacy.reason import checked_reason
from apps.audit.models import GovernanceActivation
from apps.audit.selectors.governance.in_force import rules_in_force, rules_numbered, version_numbered
from apps.audit.services.governance.write_version import LOCK, require_sound
from apps.audit.services.record_verb import record_verb
from cortex.approvals.do_or_propose import do_or_propose
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ACTIVATION = "audit.governance_activation"


@transactional
def activate_rules(*, number: int, reason: str, activated_by: Principal) -> UUID:
    """Put the version in force, 0 for what the program brings along; return the activation's id.

    Raises: ApprovalMustComeFirst, AccessMustBeGranted, GovernanceVersionMustExist, GovernanceMustBeSound,
    GovernanceMustChange, ReasonMustBeGiven.
    """
    get(Authorizer).require(principal=activated_by, action=ACTIVATE_GOVERNANCE, company_id=None)
    why, version, rules = (
        checked_reason(reason),
        version_numbered(number=number),
        rules_numbered(number=number),
    )
    # What was sound when it was written may not fit a later release.
    require_sound(rules)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if rules_in_force().number == number:
        raise GovernanceMustChange(
            f"Version {number} of the rules: expected another than the one in force, got that one.",
            evidence={"object": "governance version", "got": number, "expected": "another one"},
        )
    activation = GovernanceActivation(
        id=uuid7(),
        version=version,
        reason=why,
        activated_by=activated_by.urn,
        activated_at=get(Clock).now(),
    )
    activation.save(force_insert=True)
    record_verb(
        company_id=None,
        actor=activated_by,
        verb=ACTIVATE_GOVERNANCE,
        object_type=ACTIVATION,
        object_id=activation.id,
        digest=_digest(number, rules, why),
    )
    return activation.id


def _digest(number: int, rules: GovernanceRules, reason: str) -> str:
    return canonical_digest({"number": number, "rules": rules.digest, "reason": reason})


def activate_or_propose(*, number: int, reason: str, activated_by: Principal) -> UUID | ProposalRef:
    """Return the activation's id, or the proposal of it; raises as activate_rules."""
    return do_or_propose(
        work=lambda: activate_rules(number=number, reason=reason, activated_by=activated_by),
        kind=ACTIVATE_GOVERNANCE,
        company_id=None,
        principal=activated_by,
        content=lambda: {
            "number": number,
            "reason": reason,
            "digest": rules_numbered(number=number).digest,
        },
    )
