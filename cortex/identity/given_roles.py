# SPDX-License-Identifier: Apache-2.0
"""Who gave which roles of a member: people by hand, or the rules of a provider."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self
from uuid import UUID

from cortex.database.turns import take_turns
from cortex.identity.models import Membership
from cortex.ids import uuid7


@dataclass(frozen=True, slots=True)
class GivenRoles:
    """The roles of one member by their giver; `by_rules` names providers."""

    by_hand: frozenset[str] = frozenset()
    by_rules: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def roles(self) -> frozenset[str]:
        """Return all of them: what the member is."""
        return self.by_hand.union(*self.by_rules.values())

    def chosen_by_hand(self, roles: Collection[str]) -> Self:
        """Return exactly these roles; one that only a rule had given stays the rule's."""
        kept = {name: given & set(roles) for name, given in self.by_rules.items()}
        ruled = frozenset[str]().union(*kept.values())
        return type(self)(
            by_hand=(frozenset(roles) - ruled) | (self.by_hand & set(roles)), by_rules=_without_none(kept)
        )

    def changed_by_rule(self, *, provider_id: str, gives: Collection[str], takes: Collection[str]) -> Self:
        """Return the roles after a provider's rules gave some and took others of their own."""
        given = (self.by_rules.get(provider_id, frozenset()) | set(gives)) - set(takes)
        return type(self)(by_hand=self.by_hand, by_rules=_without_none({**self.by_rules, provider_id: given}))


def given_roles_of(membership: Membership | None) -> GivenRoles:
    """Return who gave which roles of this membership; none of no membership."""
    if membership is None:
        return GivenRoles()
    by_rules = {name: frozenset(given) for name, given in membership.roles_by_rules.items()}
    return GivenRoles(by_hand=frozenset(membership.roles_by_hand), by_rules=by_rules)


def locked_membership(*, company_id: UUID, user_id: UUID) -> Membership | None:
    """Return the membership, or None; nobody changes or makes it until the transaction ends."""
    rows = Membership.objects.select_for_update().filter(company_id=company_id, user_id=user_id)
    known = rows.first()
    if known is None:
        # There is no row to lock: of two who let somebody in at once, the second sees the first's.
        take_turns("membership", company_id, user_id)
        known = rows.first()
    return known


def store_given_roles(*, company_id: UUID, user_id: UUID, given: GivenRoles) -> None:
    """Make the user a member with these roles; call it in the transaction and the scope of the verb."""
    row = Membership(
        id=uuid7(),
        company_id=company_id,
        user_id=user_id,
        roles=sorted(given.roles),
        roles_by_hand=sorted(given.by_hand),
        roles_by_rules={name: sorted(roles) for name, roles in sorted(given.by_rules.items())},
    )
    Membership.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["company", "user"],
        update_fields=["roles", "roles_by_hand", "roles_by_rules"],
    )


def _without_none(by_rules: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {name: given for name, given in by_rules.items() if given}
