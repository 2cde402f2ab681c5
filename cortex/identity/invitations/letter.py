# SPDX-License-Identifier: Apache-2.0
"""The letter that carries the link of an invitation."""

from cortex.identity.models import Invitation
from cortex.identity.public_links import public_link
from cortex.identity.users import find_active_person
from cortex.ids import uuid7
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_with_id

BODY = """{inviter} invites you to {company} on Codexion Cortex, as {roles}.

Open this link within seven days, and choose a name and a password:
{link}

If you don't know what this is about, do nothing.
"""


def send(*, invitation: Invitation, token: str, inviter: Principal) -> None:
    """Queue the letter, in the transaction of the verb.

    Raises: PublicAddressMustBeConfigured, VaultMustBeReachable.
    """
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
