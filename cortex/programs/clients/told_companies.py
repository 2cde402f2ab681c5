# SPDX-License-Identifier: Apache-2.0
"""Tell companies what was done to a client that acts in them.

Clients are the platform's, and a service user's roles are the company's: whoever holds the client's secret
has those roles. So each company has its own leaf of it, and its administrators a letter; they can take the
roles away.
"""

from datetime import timedelta

from django.conf import settings

from cortex.database.transactions import transactional
from cortex.identity.membership_changes import ADMINISTRATOR
from cortex.identity.memberships import CompanyMembership, Recipient, members_with_mail, memberships_of
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.log import log_client
from cortex.programs.models import Program
from cortex.tenancy.scope import scope

LIFETIME = timedelta(days=14)
_BODY = """\
{done}: client {client} at {where}.

It acts as the service user {user}, whose roles in company {company} are: {roles}.
An administrator of the platform did so. If nobody of your company asked for it, take these roles away
(/admin/, Members) and tell the platform's administrators.
"""


def log_and_tell(verb: str, *, program: Program, before: str | None, done: str, by: Principal) -> None:
    """Leave the platform's leaf, and leaf and letters in every company where the client's own user has roles.

    Call it in the transaction of the verb; `done` says what was done, as the letter's first line. `before` is
    the client's digest before it, None for a new client. It stands in the platform's leaf alone: a company
    hears of a client while its user has roles there, so that between its leaves there are gaps.

    Raises: VaultMustBeReachable.
    """
    log_client(verb, program=program, by=by, before=before, is_new=before is None)
    user = program.application.user
    for membership in memberships_of(user_id=user.id) if user else []:
        with scope([membership.company_id]):
            _tell(verb, program, membership, done, by)


@transactional
def _tell(verb: str, program: Program, membership: CompanyMembership, done: str, by: Principal) -> None:
    log_client(verb, program=program, by=by, company_id=membership.company_id)
    for recipient in members_with_mail(company_id=membership.company_id, roles=[ADMINISTRATOR]):
        _write(recipient, program, membership, done)


def _write(recipient: Recipient, program: Program, membership: CompanyMembership, done: str) -> None:
    application = program.application
    get(Letters).queue(
        to=LetterTo(user_id=recipient.user_id),
        topic="programs.client",
        about=uuid7(),
        subject=f"{done}: {application.client_id} in {membership.company_code}",
        body=_BODY.format(
            done=done,
            client=application.client_id,
            where=settings.PUBLIC_URL or "this program",
            user=application.user.username,
            company=membership.company_code,
            roles=membership.roles_in_words,
        ),
        ends_at=get(Clock).now() + LIFETIME,
    )
