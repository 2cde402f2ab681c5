# SPDX-License-Identifier: Apache-2.0
"""Hold what is kept about somebody, or all of a company, against every erasure."""

from uuid import UUID

from apps.audit.domain.policy_names import PLACE_HOLD
from apps.audit.domain.privacy.reason import checked_reason
from apps.audit.models import Hold
from apps.audit.selectors.privacy.holds import lock_against_nights, lock_privacy
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

HOLD = "audit.hold"


@transactional
def place_hold(*, company_id: UUID, subject_id: UUID | None, reason: str, placed_by: Principal) -> UUID:
    """Return the id of the hold, which is in force from now on; without a subject it holds everything.

    The subject is anything that texts speak of: a party, a person, one entry.
    Raises: ApprovalMustComeFirst, AccessMustBeGranted, ReasonMustBeGiven.
    """
    get(Authorizer).require(principal=placed_by, action=PLACE_HOLD, company_id=company_id)
    why = checked_reason(reason)
    lock_privacy(company_id=company_id)
    lock_against_nights()
    hold = Hold(
        id=uuid7(),
        company_id=company_id,
        subject_id=subject_id,
        reason=why,
        placed_by=placed_by.urn,
        placed_at=get(Clock).now(),
    )
    hold.save(force_insert=True)
    record_verb(
        company_id=company_id,
        actor=placed_by,
        verb=PLACE_HOLD,
        object_type=HOLD,
        object_id=hold.id,
        digest=hold_digest(hold),
        is_new=True,
        reason=why,
    )
    return hold.id


def hold_digest(hold: Hold) -> str:
    """Return the digest of what is held since when, and whether it still is; reasons are texts."""
    content = {
        "subject": str(hold.subject_id) if hold.subject_id else None,
        "placed_at": hold.placed_at.isoformat(timespec="microseconds"),
        "is_lifted": hold.lifted_at is not None,
    }
    return canonical_digest(content)
