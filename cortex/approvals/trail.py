# SPDX-License-Identifier: Apache-2.0
"""What every verb of a proposal leaves behind: a leaf, and an event where there is a company to tell."""

from cortex.approvals.actions import COMMENT, PROPOSE
from cortex.approvals.digest import digest_of
from cortex.approvals.models import Proposal
from cortex.approvals.published import PROPOSAL
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def leave_trail(
    *, proposal: Proposal, verb: str, actor: Principal, event: Event | None = None, reason: str = ""
) -> None:
    """Append the leaf, whose digest is the proposal's, and publish the event, in the open transaction.

    It is of what is proposed, which never changes. What was before is computed anew from the row, so that one
    that was changed below the program shows. How it was decided the verb says.
    """
    # The platform's leaves have no texts, and its events no company that could receive them.
    details = {"reason": reason} if reason and proposal.company_id else {}
    record = AuditRecord(
        verb=verb,
        object_type=PROPOSAL,
        object_id=proposal.id,
        digest=proposal.digest,
        details=details,
        before=None if verb in (PROPOSE, COMMENT) else digest_of(proposal),
        is_new=verb == PROPOSE,
    )
    get(AuditLog).append(company_id=proposal.company_id, actor=actor, records=[record])
    if event is not None and proposal.company_id is not None:
        get(EventBus).publish(company_id=proposal.company_id, events=[event])
