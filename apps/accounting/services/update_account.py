# SPDX-License-Identifier: Apache-2.0
"""Rename, deactivate or reactivate an account; its code and type stay for good."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.accounting.adapters.policy_entities import READ, UPDATE_ACCOUNT
from apps.accounting.adapters.policy_objects import account_as_resource
from apps.accounting.domain.logged_content import account_content
from apps.accounting.models import Account
from apps.accounting.published import AccountUpdated
from apps.accounting.selectors.accounts import AccountRow, account_must_exist, get_account
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.policy.objects import require_on
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal


@transactional
def update_account(
    *,
    company_id: UUID,
    account_code: str,
    updated_by: Principal,
    name: str | None = None,
    is_active: bool | None = None,
) -> AccountRow:
    """Change what is given and return the account; a call that changes nothing leaves no leaf
    and publishes nothing.

    Raises: AccountMustExist, AccessMustBeGranted.
    """
    registry.get(Authorizer).require(principal=updated_by, action=UPDATE_ACCOUNT, company_id=company_id)
    before = get_account(company_id=company_id, code=account_code, reader=None, for_update=True)
    wanted = {
        "name": before.name if name is None else name,
        "is_active": before.is_active if is_active is None else is_active,
    }
    if wanted == {"name": before.name, "is_active": before.is_active}:
        return before
    _require_both_states(before.id, wanted, company_id=company_id, principal=updated_by)
    Account.objects.filter(company_id=company_id, id=before.id).update(**wanted)
    after = get_account(company_id=company_id, code=account_code, reader=None)
    record_verb(
        company_id=company_id,
        actor=updated_by,
        verb=UPDATE_ACCOUNT,
        object_type=AccountUpdated.aggregate_type,
        object_id=before.id,
        content=account_content(after),
        before=account_content(before),
    )
    event = AccountUpdated(
        aggregate_id=after.id,
        code=after.code,
        is_renamed=after.name != before.name,
        is_active=after.is_active,
    )
    registry.get(EventBus).publish(company_id=company_id, events=[event])
    return after


def _require_both_states(
    account_id: UUID, wanted: Mapping[str, Any], *, company_id: UUID, principal: Principal
) -> None:
    """Ask about the account as it is and as it would be: no change leads out of what one may change."""
    account = Account.objects.get(company_id=company_id, id=account_id)
    for changes in ({}, wanted):
        for name, value in changes.items():
            setattr(account, name, value)
        require_on(
            account_as_resource(account),
            principal=principal,
            action=UPDATE_ACCOUNT,
            company_id=company_id,
            read_action=READ,
            missing=account_must_exist(codes=[account.code]),
        )
