# SPDX-License-Identifier: Apache-2.0
"""Invite somebody by mail to belong to a company; whoever opens the link chooses a name and a credential."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cortex.database.transactions import transactional
from cortex.errors import CortexError, NotFound
from cortex.identity.create_user import create_user
from cortex.identity.membership_changes import GRANT, require_change
from cortex.identity.memberships import grant_membership, require_known_roles
from cortex.identity.models import Invitation, User
from cortex.identity.principals import principal_of_user
from cortex.identity.public_links import public_link
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.identity.users import find_active_person
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import company_with_id

LIFETIME = timedelta(days=7)
OPEN_MAX = 200
BODY = """{inviter} invites you to {company} on Codexion Cortex, as {roles}.

Open this link within seven days, and choose a name and a password:
{link}

If you don't know what this is about, do nothing.
"""


class InvitationMustBeOpen(CortexError):
    """The link was used, withdrawn, is too old, or never existed; which of them is not told."""

    code = "identity.invitation_must_be_open"
    status = 403


class InvitationMustExist(NotFound):
    """The company has no such invitation that is still open."""

    code = "identity.invitation_must_exist"


class InvitationMustBeWellFormed(CortexError):
    """The address is none, or too many invitations are open."""

    code = "identity.invitation_must_be_well_formed"


def invite(*, company_id: UUID, email: str, roles: Collection[str], invited_by: Principal) -> UUID:
    """Invite the person with this address and return the invitation's id.

    Raises: AccessMustBeGranted, RoleMustBeKnown, InvitationMustBeWellFormed,
    PublicAddressMustBeConfigured.
    """
    require_known_roles(roles=roles)
    _require_address(email)
    with scope([company_id]):
        return _invite(company_id=company_id, email=email, roles=sorted(set(roles)), invited_by=invited_by)


def resend_invitation(*, company_id: UUID, invitation_id: UUID, resent_by: Principal) -> None:
    """Send a new link in place of the former one; raises as `invite`, and InvitationMustExist."""
    with scope([company_id]):
        _resend(company_id=company_id, invitation_id=invitation_id, resent_by=resent_by)


def withdraw_invitation(*, company_id: UUID, invitation_id: UUID, withdrawn_by: Principal) -> None:
    """Make the link worthless; raises AccessMustBeGranted, InvitationMustExist."""
    with scope([company_id]):
        _withdraw(company_id=company_id, invitation_id=invitation_id, withdrawn_by=withdrawn_by)


def open_invitations(*, company_id: UUID, at: datetime) -> list[Invitation]:
    """Return the invitations that wait for an answer."""
    with scope([company_id]):
        return _open_ones(company_id, at)


def invitation_of_link(*, company_id: UUID, token: str, at: datetime) -> Invitation:
    """Return the invitation behind a link while it is open; raises InvitationMustBeOpen."""
    with scope([company_id]):
        found = _found(company_id=company_id, token=token, at=at)
    if found is None:
        raise _over()
    return found


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
def _invite(*, company_id: UUID, email: str, roles: list[str], invited_by: Principal) -> UUID:
    now, invitation_id = get(Clock).now(), uuid7()
    require_change(action=GRANT, company_id=company_id, user_id=invitation_id, actor=invited_by)
    if len(_open_ones(company_id, now)) >= OPEN_MAX:
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
        digest=_digest(token),
        invited_by_id=invited_by.user_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    _send(made, token=token, inviter=invited_by)
    _leave("identity.invitation.sent", made, invited_by)
    return made.id


@transactional
def _resend(*, company_id: UUID, invitation_id: UUID, resent_by: Principal) -> None:
    now, token = get(Clock).now(), secrets.token_urlsafe(32)
    found = _require_open(company_id, invitation_id)
    require_change(action=GRANT, company_id=company_id, user_id=found.id, actor=resent_by)
    found.digest, found.expires_at, found.invited_by_id = _digest(token), now + LIFETIME, resent_by.user_id
    Invitation.objects.filter(company_id=company_id, id=found.id).update(
        digest=found.digest, expires_at=found.expires_at, invited_by_id=found.invited_by_id
    )
    _send(found, token=token, inviter=resent_by)
    _leave("identity.invitation.resent", found, resent_by)


@transactional
def _withdraw(*, company_id: UUID, invitation_id: UUID, withdrawn_by: Principal) -> None:
    found = _require_open(company_id, invitation_id)
    require_change(action=GRANT, company_id=company_id, user_id=found.id, actor=withdrawn_by)
    _end(found, withdrawn_at=get(Clock).now())
    _leave("identity.invitation.withdrawn", found, withdrawn_by)


@transactional
def _accept_new(
    company_id: UUID, token: str, username: str, full_name: str, password: str, at: datetime
) -> User:
    found = _found(company_id=company_id, token=token, at=at)
    if found is None:
        raise _over()
    # The link came to this address: whoever opens it reads its mail.
    user = create_user(
        username=username, full_name=full_name, email=found.email, password=password, created_by=ENTRANCE
    )
    _accept(company_id, token, user, at)
    return user


@transactional
def _accept(company_id: UUID, token: str, user: User, at: datetime) -> None:
    found = _found(company_id=company_id, token=token, at=at, is_locked=True)
    if found is None:
        raise _over()
    _end(found, accepted_at=at, user_id=user.id)
    # Asked again in the inviter's name: who lost the right meanwhile lets nobody in.
    grant_membership(
        company_id=company_id,
        user_id=user.id,
        roles=found.roles,
        granted_by=_inviter(found),
        is_invited=True,
    )
    _leave("identity.invitation.accepted", found, principal_of_user(user))


def _inviter(invitation: Invitation) -> Principal:
    if invitation.invited_by_id is None:
        return Principal.service("console")
    # A program invites as well; whether who did may still let people in, the policies say.
    user = User.objects.filter(pk=invitation.invited_by_id, is_active=True).first()
    if user is None:
        raise _over()
    return Principal(kind="user", id=str(user.id), user_id=user.id)


@transactional
def _found(*, company_id: UUID, token: str, at: datetime, is_locked: bool = False) -> Invitation | None:
    rows = Invitation.objects.select_for_update() if is_locked else Invitation.objects
    return rows.filter(
        company_id=company_id,
        digest=_digest(token),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=at,
    ).first()


@transactional
def _open_ones(company_id: UUID, at: datetime) -> list[Invitation]:
    rows = Invitation.objects.filter(
        company_id=company_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    return list(rows.order_by("created_at")[:OPEN_MAX])


def _require_open(company_id: UUID, invitation_id: UUID) -> Invitation:
    found = (
        Invitation.objects.select_for_update()
        .filter(company_id=company_id, id=invitation_id, accepted_at__isnull=True, withdrawn_at__isnull=True)
        .first()
    )
    if found is None:
        raise InvitationMustExist(
            "Invitation: expected one that is open, got none. It may be accepted or withdrawn.",
            evidence={"object": "invitation", "got": str(invitation_id)},
        )
    return found


def _end(invitation: Invitation, **changes: object) -> None:
    # The address is needed no longer: an accepted one stands with the user.
    Invitation.objects.filter(company_id=invitation.company_id, id=invitation.id).update(email="", **changes)


def _send(invitation: Invitation, *, token: str, inviter: Principal) -> None:
    user = find_active_person(user_id=inviter.user_id) if inviter.user_id else None
    link = public_link(route="accounts:invitation", company_id=invitation.company_id, token=token)
    body = BODY.format(
        inviter=_line(user.get_full_name()) if user else "The operator",
        company=_line(company_with_id(company_id=invitation.company_id).name),
        roles=", ".join(invitation.roles),
        link=link,
    )
    get(Letters).queue(
        to=LetterTo(address=invitation.email),
        topic="identity.invitation",
        about=uuid7(),
        subject="An invitation to Codexion Cortex",
        body=body,
        ends_at=invitation.expires_at,
    )


def _line(text: str) -> str:
    """Return a name that people chose, as harmless words: a link in it would be opened in our name."""
    shown = "".join(each if each.isprintable() and each not in ":/<>" else " " for each in text)
    return " ".join(shown.split())[:100]


def _leave(verb: str, invitation: Invitation, actor: Principal) -> None:
    leave_leaf(
        verb=verb,
        object_type="identity.invitation",
        object_id=invitation.id,
        actor=actor,
        company_id=invitation.company_id,
    )


def _require_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationMustBeWellFormed(
            "Invitation: expected an address such as dora@example.org.",
            evidence={"object": "address", "expected": "an address"},
        ) from error


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _over() -> InvitationMustBeOpen:
    return InvitationMustBeOpen(
        "Invitation: expected one that is open, got none. Ask whoever invited you for a new one.",
        evidence={"object": "invitation", "remedy": "ask for a new one"},
    )
