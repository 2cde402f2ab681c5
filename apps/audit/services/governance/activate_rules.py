# SPDX-License-Identifier: Apache-2.0
"""Put a version of the rules in force, by two; the nightly job goes by it from then on."""

import hashlib
from uuid import UUID

from django.db import connection

from apps.audit.domain.governance.errors import GovernanceMustChange
from apps.audit.domain.governance.rules import GovernanceRules
from apps.audit.domain.policy_names import ACTIVATE_GOVERNANCE
from apps.audit.domain.privacy.reason import checked_reason
from apps.audit.models import GovernanceActivation
from apps.audit.selectors.governance.in_force import rules_in_force, rules_numbered, version_numbered
from apps.audit.services.governance.write_version import LOCK, leave_leaf, require_sound
from cortex.canonical_json import canonical_json
from cortex.database.transactions import attempt, transactional
from cortex.ids import uuid7
from cortex.ports.approvals import Approvals, Content, Description, Performed, ProposalRef, approval_kind
from cortex.ports.authorizer import ApprovalMustComeFirst, Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ACTIVATION = "audit.governance_activation"
_CHANGES_TOLD_MAX = 50


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
    leave_leaf(
        verb=ACTIVATE_GOVERNANCE,
        object_type=ACTIVATION,
        object_id=activation.id,
        digest=_digest(number, rules, why),
        actor=activated_by,
    )
    return activation.id


def _digest(number: int, rules: GovernanceRules, reason: str) -> str:
    content = {"number": number, "rules": rules.digest, "reason": reason}
    return hashlib.sha256(canonical_json(content)).hexdigest()


@transactional
def activate_or_propose(*, number: int, reason: str, activated_by: Principal) -> UUID | ProposalRef:
    """Return the activation's id, or the proposal of it; raises as activate_rules."""
    try:
        return attempt(lambda: activate_rules(number=number, reason=reason, activated_by=activated_by))
    except ApprovalMustComeFirst:
        content = {"number": number, "reason": reason, "digest": rules_numbered(number=number).digest}
        return get(Approvals).propose(
            kind=ACTIVATE_GOVERNANCE, company_id=None, proposed_by=activated_by, content=content
        )


def register_kind() -> None:
    """Register the activation as a kind of proposal of the platform."""
    approval_kind(
        ACTIVATE_GOVERNANCE,
        title="Put rules of governance in force",
        action=ACTIVATE_GOVERNANCE,
        perform=_perform,
        describe=_described,
    )


def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    activation_id = activate_rules(number=content["number"], reason=content["reason"], activated_by=proposer)
    return Performed(ACTIVATION, activation_id)


def _described(company_id: UUID | None, content: Content) -> Description:
    """Say which periods change: that is what a night cannot give back."""
    number = content["number"]
    before = {rule.data: rule for rule in rules_in_force().rules.retention}
    changes = [
        f"{rule.data}: {before[rule.data].keep_days} days, {before[rule.data].action} -> "
        f"{rule.keep_days} days, {rule.action}"
        for rule in rules_numbered(number=number).retention
        if rule.data in before and before[rule.data] != rule
    ]
    return Description(
        title=f"Put version {number} of the rules of governance in force",
        lines=[
            *(changes[:_CHANGES_TOLD_MAX] or ["No period changes"]),
            f"Reason: {content['reason']}",
            f"Rules, SHA-256 {content['digest']}",
        ],
        object_type=ACTIVATION,
    )
