# SPDX-License-Identifier: Apache-2.0
"""Erasures and holds as proposals: what cannot be taken back waits for a second person."""

from uuid import UUID

from apps.audit.domain.policy_names import ERASE, LIFT_HOLD, PLACE_HOLD
from apps.audit.selectors.privacy.holds import hold_in_force
from apps.audit.selectors.privacy.subjects import kind_of_subject, subjects_behind
from apps.audit.services.privacy.erase_subject import ERASURE, erase_subject
from apps.audit.services.privacy.lift_hold import lift_hold
from apps.audit.services.privacy.place_hold import HOLD, place_hold
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.principal import Principal


def register_kinds() -> None:
    """Register the three kinds, each named as its action."""
    for action, title, perform, describe in (
        (ERASE, "Erase what is kept about somebody", _erase, _described_erasure),
        (PLACE_HOLD, "Place a legal hold", _place, _described_hold),
        (LIFT_HOLD, "Lift a legal hold", _lift, _described_lift),
    ):
        approval_kind(action, title=title, action=action, perform=perform, describe=describe)


def _erase(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    erasure = erase_subject(
        company_id=_company(company_id),
        subject_type=content["subject_type"],
        subject_id=UUID(content["subject_id"]),
        reason=content["reason"],
        erased_by=proposer,
    )
    return Performed(ERASURE, erasure.id)


def _described_erasure(company_id: UUID | None, content: Content) -> Description:
    """Say what goes, and never of whom by name: the proposal outlives what it erases."""
    kind, subject = kind_of_subject(name=content["subject_type"]), UUID(content["subject_id"])
    objects = subjects_behind(kind=kind, company_id=_company(company_id), subject_id=subject)
    return Description(
        title=f"Erase {kind.title} {subject}",
        lines=[
            f"All texts about {kind.title} {subject} are erased and come back for nobody",
            f"Texts of {len(objects) - 1} more objects go with them; amounts, dates and accounts stay",
            f"Reason: {content['reason']}",
        ],
        object_type=kind.name,
        object_id=subject,
    )


def _place(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    subject = content["subject_id"]
    hold_id = place_hold(
        company_id=_company(company_id),
        subject_id=UUID(subject) if subject else None,
        reason=content["reason"],
        placed_by=proposer,
    )
    return Performed(HOLD, hold_id)


def _described_hold(company_id: UUID | None, content: Content) -> Description:
    what = f"subject {content['subject_id']}" if content["subject_id"] else "all of the company"
    return Description(
        title=f"Hold {what}",
        lines=[f"Nothing of {what} is erased until the hold is lifted", f"Reason: {content['reason']}"],
        object_type=HOLD,
    )


def _lift(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    hold_id = lift_hold(
        company_id=_company(company_id),
        hold_id=UUID(content["hold_id"]),
        reason=content["reason"],
        lifted_by=proposer,
    )
    return Performed(HOLD, hold_id)


def _described_lift(company_id: UUID | None, content: Content) -> Description:
    hold = hold_in_force(company_id=_company(company_id), hold_id=UUID(content["hold_id"]))
    what = f"subject {hold.subject_id}" if hold.subject_id else "all of the company"
    return Description(
        title=f"Lift the hold on {what}",
        lines=[
            f"Held since {hold.placed_at:%Y-%m-%d}: {hold.reason}",
            f"From then on texts of {what} may be erased",
            f"Reason: {content['reason']}",
        ],
        object_type=HOLD,
        object_id=hold.id,
    )


def _company(company_id: UUID | None) -> UUID:
    if company_id is None:
        raise ValueError("texts about people belong to a company")
    return company_id
