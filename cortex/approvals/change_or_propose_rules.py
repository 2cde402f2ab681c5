# SPDX-License-Identifier: Apache-2.0
"""Change a rule or, where the company asks for a second person, propose the change."""

from uuid import UUID

from cortex.approvals.do_or_propose import do_or_propose
from cortex.approvals.limit_kinds import SET_LIMIT, SET_SECOND_PERSON
from cortex.approvals.require_second_person import require_second_person
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def limit_or_propose(
    *,
    company_id: UUID,
    entry_limit_minor: int | None,
    set_by: Principal,
    role: str | None = None,
    user_id: UUID | None = None,
) -> UUID | ProposalRef:
    """Return the limit's id, or the proposal to change it; raises as set_entry_limit."""
    return do_or_propose(
        work=lambda: set_entry_limit(
            company_id=company_id,
            entry_limit_minor=entry_limit_minor,
            set_by=set_by,
            role=role,
            user_id=user_id,
        ),
        kind=SET_LIMIT,
        company_id=company_id,
        principal=set_by,
        content=lambda: {
            "role": role,
            "user_id": str(user_id) if user_id else None,
            "entry_limit_minor": entry_limit_minor,
        },
    )


def second_person_or_propose(*, company_id: UUID, is_required: bool, set_by: Principal) -> ProposalRef | None:
    """Switch the rule, or return the proposal to switch it; raises as require_second_person."""
    return do_or_propose(
        work=lambda: require_second_person(company_id=company_id, is_required=is_required, set_by=set_by),
        kind=SET_SECOND_PERSON,
        company_id=company_id,
        principal=set_by,
        content=lambda: {"is_required": is_required},
    )
