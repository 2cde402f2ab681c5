# SPDX-License-Identifier: Apache-2.0
"""Give and take roles of a member by the rules of a provider, beside what people gave."""

from collections.abc import Collection
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.digests import membership_digest, stored_membership_digest
from cortex.identity.given_roles import GivenRoles, given_roles_of, locked_membership, store_given_roles
from cortex.identity.membership_changes import (
    GRANT,
    REVOKE,
    end_membership,
    require_an_administrator_left,
    require_change,
)
from cortex.identity.models import Membership
from cortex.identity.standing import Standing
from cortex.identity.trail import leave_leaf
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope


def give_roles_by_rule(
    *,
    company_id: UUID,
    user_id: UUID,
    provider_id: str,
    gives: Collection[str],
    takes: Collection[str],
    given_by: Principal,
) -> None:
    """Let a provider's rules give some roles and take back others that they gave, and nobody else.

    Raises: AccessMustBeGranted, AdministratorMustRemain.
    """
    with scope([company_id]):
        _give(company_id, user_id, provider_id, (gives, takes), given_by)
    get(Standing).forget()


@transactional
def _give(
    company_id: UUID,
    user_id: UUID,
    provider_id: str,
    change: tuple[Collection[str], Collection[str]],
    given_by: Principal,
) -> None:
    gives, takes = change
    membership = locked_membership(company_id=company_id, user_id=user_id)
    before = given_roles_of(membership)
    after = before.changed_by_rule(provider_id=provider_id, gives=gives, takes=takes)
    if after == before:
        return
    require_change(
        action=GRANT if after.roles else REVOKE, company_id=company_id, user_id=user_id, actor=given_by
    )
    if after.roles:
        _keep(company_id, user_id, provider_id, (membership, after), given_by)
    else:
        end_membership(company_id=company_id, user_id=user_id, ended_by=given_by)


def _keep(
    company_id: UUID,
    user_id: UUID,
    provider_id: str,
    change: tuple[Membership | None, GivenRoles],
    given_by: Principal,
) -> None:
    before, after = change
    require_an_administrator_left(company_id=company_id, user_id=user_id, roles=after.roles)
    store_given_roles(company_id=company_id, user_id=user_id, given=after)
    leave_leaf(
        verb="identity.membership.granted",
        object_type="identity.user",
        object_id=user_id,
        actor=given_by,
        company_id=company_id,
        digest=membership_digest(after),
        before=stored_membership_digest(before),
        is_new=before is None,
        details={
            "roles": ", ".join(sorted(after.roles)),
            "provider": provider_id,
            "by_rule": ", ".join(sorted(after.by_rules.get(provider_id, ()))),
        },
    )
