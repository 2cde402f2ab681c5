# SPDX-License-Identifier: Apache-2.0
"""Erase, hold or lift, or propose it: which of both, the policies say."""

from uuid import UUID

from apps.audit.domain.policy_names import ERASE, LIFT_HOLD, PLACE_HOLD
from apps.audit.models import Erasure
from apps.audit.services.privacy.erase_subject import erase_subject
from apps.audit.services.privacy.lift_hold import lift_hold
from apps.audit.services.privacy.place_hold import place_hold
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def erase_or_propose(
    *, company_id: UUID, subject_type: str, subject_id: UUID, reason: str, erased_by: Principal
) -> Erasure | ProposalRef:
    """Return the erasure, or the proposal of it; raises as erase_subject."""
    return do_or_propose(
        kind=ERASE,
        company_id=company_id,
        principal=erased_by,
        content=lambda: {"subject_type": subject_type, "subject_id": str(subject_id), "reason": reason},
        work=lambda: erase_subject(
            company_id=company_id,
            subject_type=subject_type,
            subject_id=subject_id,
            reason=reason,
            erased_by=erased_by,
        ),
    )


def hold_or_propose(
    *, company_id: UUID, subject_id: UUID | None, reason: str, placed_by: Principal
) -> UUID | ProposalRef:
    """Return the hold's id, or the proposal of it; raises as place_hold."""
    return do_or_propose(
        kind=PLACE_HOLD,
        company_id=company_id,
        principal=placed_by,
        content=lambda: {"subject_id": str(subject_id) if subject_id else None, "reason": reason},
        work=lambda: place_hold(
            company_id=company_id, subject_id=subject_id, reason=reason, placed_by=placed_by
        ),
    )


def lift_or_propose(
    *, company_id: UUID, hold_id: UUID, reason: str, lifted_by: Principal
) -> UUID | ProposalRef:
    """Return the hold's id, or the proposal to lift it; raises as lift_hold."""
    return do_or_propose(
        kind=LIFT_HOLD,
        company_id=company_id,
        principal=lifted_by,
        content=lambda: {"hold_id": str(hold_id), "reason": reason},
        work=lambda: lift_hold(company_id=company_id, hold_id=hold_id, reason=reason, lifted_by=lifted_by),
    )
