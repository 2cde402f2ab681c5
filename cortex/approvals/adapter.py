# SPDX-License-Identifier: Apache-2.0
"""What stands behind the port: rooms below propose here without knowing this one."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar
from uuid import UUID

from cortex.approvals.propose import propose
from cortex.database.transactions import rehearse
from cortex.ids import uuid7
from cortex.ports.approvals import Content, ProposalRef
from cortex.ports.authorizer import Consent, consented
from cortex.ports.principal import Principal
from cortex.tenancy import scope

R = TypeVar("R")


class StoredApprovals:
    """Proposals in the database."""

    def propose(
        self, *, kind: str, company_id: UUID | None, proposed_by: Principal, content: Content
    ) -> ProposalRef:
        """Store the proposal in the running transaction, after a rehearsal that undoes itself."""
        # A door may have left the company when it learns that the verb must wait.
        with scope([company_id]) if company_id is not None else nullcontext():
            return propose(kind=kind, company_id=company_id, proposed_by=proposed_by, content=content)

    def rehearse(self, *, action: str, company_id: UUID, principal: Principal, work: Callable[[], R]) -> R:
        """Do the work as if a second person had agreed, and undo it."""
        # A rehearsal is its own consent, which is what the log of decisions tells it by.
        with consented(Consent(uuid7(), action, company_id, given_by=principal)):
            return rehearse(work)
