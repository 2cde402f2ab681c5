# SPDX-License-Identifier: Apache-2.0
"""Accept an invitation, as a new user or as one who is signed in."""

from datetime import datetime
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.create_user import create_user
from cortex.identity.digests import invitation_digest
from cortex.identity.invitations.errors import invitation_must_be_open
from cortex.identity.invitations.inviter import inviter_of_today
from cortex.identity.invitations.stored import end, found_by_link, log_invitation
from cortex.identity.memberships import grant_membership
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.identity.trail import ENTRANCE
from cortex.tenancy import scope


def accept_as_new_user(
    *, company_id: UUID, token: str, username: str, full_name: str, password: str, at: datetime
) -> User:
    """Create the invited user with this password, make them a member, and return them.

    Raises: InvitationMustBeOpen; UserMustBeWellFormed and UsernameMustBeUnique, after which the link
    still works; AccessMustBeGranted when whoever invited may no longer do so.
    """
    with scope([company_id]):
        return _accept_new(company_id, token, username, full_name, password, at)


def accept_as_user(*, company_id: UUID, token: str, user: User, at: datetime) -> None:
    """Make somebody who is signed in a member; raises as `accept_as_new_user`."""
    with scope([company_id]):
        _accept(company_id, token, user, at)


@transactional
def _accept_new(
    company_id: UUID, token: str, username: str, full_name: str, password: str, at: datetime
) -> User:
    found = found_by_link(company_id=company_id, token=token, at=at)
    if found is None:
        raise invitation_must_be_open()
    # The link came to this address: whoever opens it reads its mail.
    user = create_user(
        username=username, full_name=full_name, email=found.email, password=password, created_by=ENTRANCE
    )
    _accept(company_id, token, user, at)
    return user


@transactional
def _accept(company_id: UUID, token: str, user: User, at: datetime) -> None:
    found = found_by_link(company_id=company_id, token=token, at=at, is_locked=True)
    if found is None:
        raise invitation_must_be_open()
    before = invitation_digest(found)
    end(invitation=found, accepted_at=at, user_id=user.id)
    # Asked again in the inviter's name: who lost the right meanwhile lets nobody in.
    grant_membership(
        company_id=company_id,
        user_id=user.id,
        roles=found.roles,
        granted_by=inviter_of_today(found),
        is_invited=True,
        is_agreed=found.inviter_has_consent,
    )
    log_invitation(
        "identity.invitation.accepted", invitation=found, before=before, actor=principal_of_user(user)
    )
