# SPDX-License-Identifier: Apache-2.0
"""Look at who decides in whose stead."""

from uuid import UUID

from django.db.models import Q

from cortex.approvals.errors import DelegationMustExist
from cortex.approvals.models import Delegation
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.clock import Clock
from cortex.ports.registry import get

DELEGATIONS_MAX = 100


@transactional
def delegators_of(*, company_id: UUID, user_id: UUID) -> list[UUID]:
    """Return the active people in whose stead this member decides now."""
    now = get(Clock).now()
    running = Delegation.objects.filter(
        company_id=company_id, to_user_id=user_id, starts_at__lte=now, ends_at__gt=now
    ).values("from_user_id")
    people = User.objects.filter(id__in=running, is_active=True).order_by("id")
    return list(people.values_list("id", flat=True)[:DELEGATIONS_MAX])


@transactional
def delegation_of(*, company_id: UUID, delegation_id: UUID, user_id: UUID | None) -> Delegation:
    """Return what this member gave or was given, also when it has ended; raises DelegationMustExist."""
    own = Delegation.objects.filter(company_id=company_id, id=delegation_id).filter(
        Q(from_user_id=user_id) | Q(to_user_id=user_id)
    )
    found = own.first() if user_id else None
    if found is None:
        raise DelegationMustExist(
            f"Delegation {delegation_id}: expected one that you gave or were given, got none.",
            evidence={"object": "delegation", "got": str(delegation_id)},
        )
    return found


@transactional
def delegations_of(*, company_id: UUID, user_id: UUID) -> list[Delegation]:
    """Return what this member gave and was given and what has not ended, newest first."""
    own = Delegation.objects.filter(company_id=company_id, ends_at__gt=get(Clock).now()).filter(
        Q(from_user_id=user_id) | Q(to_user_id=user_id)
    )
    return list(own.order_by("-id")[:DELEGATIONS_MAX])
