# SPDX-License-Identifier: Apache-2.0
"""Do a verb or, where it needs a second person, propose it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from cortex.database.transactions import attempt, transactional
from cortex.ports.approvals import Approvals, Content, ProposalRef
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.principal import Principal
from cortex.ports.registry import get

R = TypeVar("R")


@transactional
def do_or_propose(
    *,
    work: Callable[[], R],
    kind: str,
    company_id: UUID | None,
    principal: Principal,
    content: Callable[[], Content],
) -> R | ProposalRef:
    """Return what the work returns or, where a second person must agree, the proposal that now waits.

    What the work had begun is undone first. Raises: what the work raises, and what proposing raises.
    """
    try:
        return attempt(work)
    except ApprovalMustComeFirst:
        return get(Approvals).propose(
            kind=kind, company_id=company_id, proposed_by=principal, content=content()
        )
