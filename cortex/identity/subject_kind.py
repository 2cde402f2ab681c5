# SPDX-License-Identifier: Apache-2.0
"""People with an account as those whom texts of a company speak of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.models import Membership
from cortex.ports.principal import Principal
from cortex.ports.subjects import SubjectFile, SubjectKind, subject_kind

USER = "identity.user"


def register_subjects() -> None:
    """Register people.

    The account is the platform's and ends there; what a company can erase are the texts of its log.
    """
    subject_kind(
        SubjectKind(
            name=USER,
            title="person",
            objects=_memberships,
            read=_person_file,
            erase=lambda **_person: {},
        )
    )


@transactional
def _memberships(*, company_id: UUID, subject_id: UUID) -> Sequence[UUID]:
    """Return the membership, which notes of access reviews stand beside; one that ended is known no more."""
    found = Membership.objects.filter(company_id=company_id, user_id=subject_id)
    return list(found.values_list("id", flat=True))


@transactional
def _person_file(*, company_id: UUID, subject_id: UUID, reader: Principal) -> SubjectFile:
    """Return the account and membership of a member; of whoever is none of this company, nothing is told."""
    found = Membership.objects.select_related("user").filter(company_id=company_id, user_id=subject_id)
    member = found.first()
    return SubjectFile(
        title=f"person {subject_id}",
        sections={"Account": [_account(member)] if member else []},
        actors=[f"user:{subject_id}"],
    )


def _account(member: Membership) -> Mapping[str, Any]:
    return {
        "id": str(member.user_id),
        "user name": member.user.username,
        "name": member.user.full_name,
        "address": member.user.email,
        "member since": member.created_at.isoformat(),
        "roles": sorted(member.roles),
    }
