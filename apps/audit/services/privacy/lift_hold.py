# SPDX-License-Identifier: Apache-2.0
"""Lift a legal hold: what it held may be erased again."""

from uuid import UUID

from apps.audit.domain.policy_names import LIFT_HOLD
from apps.audit.domain.privacy.reason import checked_reason
from apps.audit.selectors.privacy.holds import hold_in_force, lock_privacy
from apps.audit.services.privacy.place_hold import HOLD, hold_digest
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def lift_hold(*, company_id: UUID, hold_id: UUID, reason: str, lifted_by: Principal) -> UUID:
    """Lift the hold for good and return its id.

    Raises: ApprovalMustComeFirst, AccessMustBeGranted, HoldMustBeInForce, ReasonMustBeGiven.
    """
    get(Authorizer).require(principal=lifted_by, action=LIFT_HOLD, company_id=company_id)
    why = checked_reason(reason)
    lock_privacy(company_id=company_id)
    hold = hold_in_force(company_id=company_id, hold_id=hold_id)
    before = hold_digest(hold)
    hold.lifted_by, hold.lifted_at = lifted_by.urn, get(Clock).now()
    hold.save(update_fields=["lifted_by", "lifted_at"])
    record_verb(
        company_id=company_id,
        actor=lifted_by,
        verb=LIFT_HOLD,
        object_type=HOLD,
        object_id=hold.id,
        digest=hold_digest(hold),
        before=before,
        reason=why,
    )
    return hold.id
