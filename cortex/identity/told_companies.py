# SPDX-License-Identifier: Apache-2.0
"""Tell companies that one of their people was helped with an address or with factors.

Accounts are the platform's, and roles are the company's: whoever gets into the account has those roles. So
each company has a leaf of its own, and those who answer for it a letter; they can take the roles away.
"""

from datetime import timedelta

from django.conf import settings

from cortex.database.transactions import transactional
from cortex.identity.memberships import CompanyMembership, Recipient, members_with_mail, memberships_of
from cortex.identity.models import Membership, User
from cortex.identity.trail import leave_leaf
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.scope import scope

LIFETIME = timedelta(days=14)
# Controllers as well: the account of the only administrator may be the one that was taken over.
TOLD = (Membership.Role.ADMINISTRATOR, Membership.Role.CONTROLLER)
_BODY = """\
{done}: account {user} at {where}.

It belongs to a member of company {company}, whose roles there are: {roles}.
Whoever runs the platform did so. If {user} did not ask for it, take these roles away
(/accounts/companies/{company}/members/) and tell the platform's administrators.
"""


def tell_companies(*, user: User, verb: str, done: str, by: Principal) -> None:
    """Leave a leaf in each company of this person, and write to all others who answer for it.

    Call it in the transaction of the verb; `done` is the first line of the letters. The leaves hold no
    digest: what the account is now stands in the platform's. Raises: VaultMustBeReachable.
    """
    for membership in memberships_of(user_id=user.id):
        with scope([membership.company_id]):
            _tell(user, membership, verb, done, by)


@transactional
def _tell(user: User, membership: CompanyMembership, verb: str, done: str, by: Principal) -> None:
    leave_leaf(verb=verb, object_id=user.id, actor=by, company_id=membership.company_id)
    for recipient in members_with_mail(company_id=membership.company_id, roles=TOLD):
        # The person is written to as such, at the address of before as well.
        if recipient.user_id != user.id:
            _write(recipient, user, membership, done)


def _write(recipient: Recipient, user: User, membership: CompanyMembership, done: str) -> None:
    get(Letters).queue(
        to=LetterTo(user_id=recipient.user_id),
        topic="identity.member_helped",
        about=uuid7(),
        subject=f"{done}: {user.username} in {membership.company_code}",
        body=_BODY.format(
            done=done,
            user=user.username,
            where=settings.PUBLIC_URL or "this program",
            company=membership.company_code,
            roles=membership.roles_in_words,
        ),
        ends_at=get(Clock).now() + LIFETIME,
    )
