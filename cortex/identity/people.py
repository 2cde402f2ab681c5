# SPDX-License-Identifier: Apache-2.0
"""The people of a company, by name, for whoever chooses one of them."""

from dataclasses import dataclass
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.models import Membership, User

PEOPLE_MAX = 500


@dataclass(frozen=True, slots=True)
class CompanyPerson:
    """An active person and what it is in the company."""

    user_id: UUID
    name: str
    roles: frozenset[str]


@transactional
def people_in(*, company_id: UUID) -> list[CompanyPerson]:
    """Return the active people of a company in scope, by name."""
    members = Membership.objects.filter(
        company_id=company_id, user__is_active=True, user__kind=User.Kind.PERSON
    ).select_related("user")
    return [
        CompanyPerson(member.user_id, member.user.get_full_name(), frozenset(member.roles))
        for member in members.order_by("user__username")[:PEOPLE_MAX]
    ]
