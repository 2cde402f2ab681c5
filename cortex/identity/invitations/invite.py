# SPDX-License-Identifier: Apache-2.0
"""Invite somebody by mail to belong to a company."""

import secrets
from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cortex.database.transactions import transactional
from cortex.identity.invitations.errors import InvitationMustBeWellFormed
from cortex.identity.invitations.inviter import stored_inviter
from cortex.identity.invitations.letter import send
from cortex.identity.invitations.stored import LIFETIME, OPEN_MAX, digest_of_token, log_invitation, open_ones
from cortex.identity.membership_changes import GRANT, require_change
from cortex.identity.memberships import require_known_roles
from cortex.identity.models import Invitation
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope


def invite(*, company_id: UUID, email: str, roles: Collection[str], invited_by: Principal) -> UUID:
    """Invite the person with this address and return the invitation's id.

    Raises: AccessMustBeGranted, RoleMustBeKnown, InvitationMustBeWellFormed,
    PublicAddressMustBeConfigured.
    """
    require_known_roles(roles=roles)
    _require_address(email)
    with scope([company_id]):
        return _invite(company_id=company_id, email=email, roles=sorted(set(roles)), invited_by=invited_by)


@transactional
def _invite(*, company_id: UUID, email: str, roles: list[str], invited_by: Principal) -> UUID:
    now, invitation_id = get(Clock).now(), uuid7()
    require_change(action=GRANT, company_id=company_id, user_id=invitation_id, actor=invited_by)
    if len(open_ones(company_id=company_id, at=now)) >= OPEN_MAX:
        raise InvitationMustBeWellFormed(
            f"Invitation: expected fewer than {OPEN_MAX} open ones. Withdraw some first.",
            evidence={"object": "invitation", "expected": OPEN_MAX, "remedy": "withdraw some first"},
        )
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        id=invitation_id,
        company_id=company_id,
        email=email,
        roles=roles,
        digest=digest_of_token(token),
        created_at=now,
        expires_at=now + LIFETIME,
        **stored_inviter(invited_by, company_id=company_id),
    )
    send(invitation=made, token=token, inviter=invited_by)
    log_invitation("identity.invitation.sent", invitation=made, before=None, actor=invited_by)
    return made.id


def _require_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationMustBeWellFormed(
            "Invitation: expected an address such as dora@example.org.",
            evidence={"object": "address", "expected": "an address"},
        ) from error
