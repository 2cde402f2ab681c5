# SPDX-License-Identifier: Apache-2.0
"""Who invites: written down when a link is sent, and asked for again when it is opened."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from cortex.identity.invitations.errors import invitation_must_be_open
from cortex.identity.membership_changes import GRANT
from cortex.identity.models import Invitation, User
from cortex.ports.authorizer import consent_to
from cortex.ports.principal import Authentication, Principal
from cortex.ports.programs import Ended, Programs
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty

PROGRAM = "client"


def stored_inviter(principal: Principal, *, company_id: UUID) -> dict[str, Any]:
    """Return the columns that say who invites, as proposals say who proposes, and whether a second agreed."""
    return {
        "invited_by_id": principal.user_id,
        "inviter_kind": principal.kind,
        "inviter_id": principal.id,
        "inviter_scopes": None if principal.scopes is None else sorted(principal.scopes),
        "inviter_acts_for_person": principal.acts_for_person,
        "inviter_certificate": principal.authentication.certificate or "",
        "inviter_has_consent": consent_to(action=GRANT, company_id=company_id) is not None,
    }


def inviter_of_today(invitation: Invitation) -> Principal:
    """Return in whose name the link is opened: the very person, program or service, as it stands today.

    Raises: InvitationMustBeOpen where it was switched off, where a person lets it act no more or owes a
    second factor, and where it was never written down: nobody is let in by a guess.
    """
    inviter = _written_down(invitation)
    user_id = inviter.user_id
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
        raise invitation_must_be_open()
    if inviter.kind != PROGRAM:
        return inviter
    found = get(Programs).of_today(program=inviter)
    if isinstance(found, Ended):
        raise invitation_must_be_open()
    if found.acts_for_person and user_id is not None and get(SecondFactorDuty).is_unmet(user_id=user_id):
        raise invitation_must_be_open()
    return replace(found, authentication=inviter.authentication)


def _written_down(invitation: Invitation) -> Principal:
    if invitation.inviter_kind is None:
        raise invitation_must_be_open()
    return Principal(
        kind=invitation.inviter_kind,  # type: ignore[arg-type] # the table allows the three kinds only
        id=invitation.inviter_id,
        user_id=invitation.invited_by_id,
        scopes=None if invitation.inviter_scopes is None else frozenset(invitation.inviter_scopes),
        acts_for_person=invitation.inviter_acts_for_person,
        # The certificate it showed then; how long ago a credential was given proves nothing any more.
        authentication=Authentication(certificate=invitation.inviter_certificate or None),
    )
