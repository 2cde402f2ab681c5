# SPDX-License-Identifier: Apache-2.0
"""What stands behind the port: rooms below propose here without knowing this one."""

from uuid import UUID

from cortex.approvals.propose import propose
from cortex.ports.approvals import Content, ProposalRef
from cortex.ports.principal import Principal


class StoredApprovals:
    """Proposals in the database."""

    def propose(
        self, *, kind: str, company_id: UUID | None, proposed_by: Principal, content: Content
    ) -> ProposalRef:
        """Store the proposal in the running transaction, after a rehearsal that undoes itself."""
        return propose(kind=kind, company_id=company_id, proposed_by=proposed_by, content=content)
