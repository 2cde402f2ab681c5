# SPDX-License-Identifier: Apache-2.0
"""Find invitations, and store how they end."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.digests import invitation_digest
from cortex.identity.invitations.errors import InvitationMustExist, invitation_must_be_open
from cortex.identity.models import Invitation
from cortex.identity.trail import leave_leaf
from cortex.ports.principal import Principal
from cortex.tenancy import scope

LIFETIME = timedelta(days=7)
OPEN_MAX = 200


def open_invitations(*, company_id: UUID, at: datetime) -> list[Invitation]:
    """Return the invitations that wait for an answer."""
    with scope([company_id]):
        return open_ones(company_id=company_id, at=at)


def invitation_of_link(*, company_id: UUID, token: str, at: datetime) -> Invitation:
    """Return the invitation behind a link while it is open; raises InvitationMustBeOpen."""
    with scope([company_id]):
        found = found_by_link(company_id=company_id, token=token, at=at)
    if found is None:
        raise invitation_must_be_open()
    return found


@transactional
def open_ones(*, company_id: UUID, at: datetime) -> list[Invitation]:
    """Return the invitations that wait for an answer; call it in the company's scope."""
    rows = Invitation.objects.filter(
        company_id=company_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    return list(rows.order_by("created_at")[:OPEN_MAX])


@transactional
def found_by_link(
    *, company_id: UUID, token: str, at: datetime, is_locked: bool = False
) -> Invitation | None:
    """Return the open invitation of a link, or None; call it in the company's scope."""
    rows = Invitation.objects.select_for_update() if is_locked else Invitation.objects
    return rows.filter(
        company_id=company_id,
        digest=digest_of_token(token),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=at,
    ).first()


def require_open(*, company_id: UUID, invitation_id: UUID) -> Invitation:
    """Return the open invitation, locked, in the transaction; raises InvitationMustExist."""
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


def end(*, invitation: Invitation, **changes: Any) -> None:
    """Store how an invitation ended, in the row at hand as well."""
    for name, value in changes.items():
        setattr(invitation, name, value)
    # The address is needed no longer: an accepted one stands with the user.
    Invitation.objects.filter(company_id=invitation.company_id, id=invitation.id).update(email="", **changes)


def log_invitation(verb: str, *, invitation: Invitation, before: str | None, actor: Principal) -> None:
    """Append a leaf about the invitation as it is now, in the transaction of the verb; None for a new one."""
    leave_leaf(
        verb=verb,
        object_type="identity.invitation",
        object_id=invitation.id,
        actor=actor,
        company_id=invitation.company_id,
        digest=invitation_digest(invitation),
        before=before,
        is_new=before is None,
    )


def digest_of_token(token: str) -> bytes:
    """Return what is stored of a link's token."""
    return hashlib.sha256(token.encode()).digest()
