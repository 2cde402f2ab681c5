# SPDX-License-Identifier: Apache-2.0
"""Make the link of an invitation worthless."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.digests import invitation_digest
from cortex.identity.invitations.stored import end, log_invitation, require_open
from cortex.identity.membership_changes import GRANT, require_change
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope


def withdraw_invitation(*, company_id: UUID, invitation_id: UUID, withdrawn_by: Principal) -> None:
    """Make the link worthless; raises AccessMustBeGranted, InvitationMustExist."""
    with scope([company_id]):
        _withdraw(company_id=company_id, invitation_id=invitation_id, withdrawn_by=withdrawn_by)


@transactional
def _withdraw(*, company_id: UUID, invitation_id: UUID, withdrawn_by: Principal) -> None:
    found = require_open(company_id=company_id, invitation_id=invitation_id)
    require_change(action=GRANT, company_id=company_id, user_id=found.id, actor=withdrawn_by)
    before = invitation_digest(found)
    end(invitation=found, withdrawn_at=get(Clock).now())
    log_invitation("identity.invitation.withdrawn", invitation=found, before=before, actor=withdrawn_by)
