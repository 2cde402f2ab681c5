# SPDX-License-Identifier: Apache-2.0
"""What happens to proposals, as events: opaque ids only, texts are read from the proposal."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from cortex.ports.event_bus import Event

PROPOSAL = "approvals.proposal"


class ProposalProposed(Event):
    """Something waits for a second person until an instant."""

    event_type: ClassVar[str] = "approvals.proposal.proposed.v1"
    aggregate_type: ClassVar[str] = PROPOSAL

    kind: str
    action: str
    object_type: str
    object_id: UUID | None
    proposed_by: str
    expires_at: datetime


class ProposalApproved(Event):
    """A second person agreed, and it was carried out in the same transaction."""

    event_type: ClassVar[str] = "approvals.proposal.approved.v1"
    aggregate_type: ClassVar[str] = PROPOSAL

    kind: str
    proposed_by: str
    approved_by: str
    result_type: str
    result_id: UUID


class ProposalRejected(Event):
    """A second person refused; nothing was carried out."""

    event_type: ClassVar[str] = "approvals.proposal.rejected.v1"
    aggregate_type: ClassVar[str] = PROPOSAL

    kind: str
    proposed_by: str
    rejected_by: str


class ProposalWithdrawn(Event):
    """The proposer took it back."""

    event_type: ClassVar[str] = "approvals.proposal.withdrawn.v1"
    aggregate_type: ClassVar[str] = PROPOSAL

    kind: str
    proposed_by: str


class ProposalExpired(Event):
    """Nobody decided in time."""

    event_type: ClassVar[str] = "approvals.proposal.expired.v1"
    aggregate_type: ClassVar[str] = PROPOSAL

    kind: str
    proposed_by: str
