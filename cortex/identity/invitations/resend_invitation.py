# SPDX-License-Identifier: Apache-2.0
"""Send a new link in place of the former one."""

import secrets
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.digests import invitation_digest
from cortex.identity.invitations.inviter import stored_inviter
from cortex.identity.invitations.letter import send
from cortex.identity.invitations.stored import LIFETIME, digest_of_token, log_invitation, require_open
from cortex.identity.membership_changes import GRANT, require_change
from cortex.identity.models import Invitation
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope


def resend_invitation(*, company_id: UUID, invitation_id: UUID, resent_by: Principal) -> None:
    """Send a new link in place of the former one; raises as `invite`, and InvitationMustExist."""
    with scope([company_id]):
        _resend(company_id=company_id, invitation_id=invitation_id, resent_by=resent_by)


@transactional
def _resend(*, company_id: UUID, invitation_id: UUID, resent_by: Principal) -> None:
    now, token = get(Clock).now(), secrets.token_urlsafe(32)
    found = require_open(company_id=company_id, invitation_id=invitation_id)
    require_change(action=GRANT, company_id=company_id, user_id=found.id, actor=resent_by)
    before = invitation_digest(found)
    # The link is the new sender's: whoever sent the former one is asked for nothing any more.
    changes = {
        "digest": digest_of_token(token),
        "expires_at": now + LIFETIME,
        **stored_inviter(resent_by, company_id=company_id),
    }
    for name, value in changes.items():
        setattr(found, name, value)
    Invitation.objects.filter(company_id=company_id, id=found.id).update(**changes)
    send(invitation=found, token=token, inviter=resent_by)
    log_invitation("identity.invitation.resent", invitation=found, before=before, actor=resent_by)
