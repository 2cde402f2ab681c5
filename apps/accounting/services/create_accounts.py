# SPDX-License-Identifier: Apache-2.0
"""Add accounts to the chart."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, connection

from apps.accounting.adapters.policy_entities import CREATE_ACCOUNT
from apps.accounting.adapters.policy_objects import account_as_resource
from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.account_tree import parent_codes
from apps.accounting.domain.errors import AccountMustKeepItsType
from apps.accounting.domain.logged_content import account_content
from apps.accounting.models import Account
from apps.accounting.published import AccountCreated
from apps.accounting.selectors.accounts import accounts_by_code, list_accounts
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import TryAgain, constraint_name, transactional
from cortex.ids import uuid7
from cortex.policy.objects import require_for_new
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal


@transactional
def create_accounts(*, company_id: UUID, drafts: Sequence[AccountDraft], created_by: Principal) -> int:
    """Create the accounts that the chart does not have yet and return how many.

    An account that it has keeps its name; another type is refused: AccountMustKeepItsType.
    """
    registry.get(Authorizer).require(principal=created_by, action=CREATE_ACCOUNT, company_id=company_id)
    ledger = get_ledger(company_id=company_id)
    known = accounts_by_code(
        company_id=company_id, ledger_id=ledger.id, codes=[draft.code for draft in drafts]
    )
    for draft in drafts:
        if draft.code in known and known[draft.code].type != draft.type:
            raise _type_differs(draft, known[draft.code].type)
    missing = [draft for draft in drafts if draft.code not in known]
    accounts = [
        Account(
            id=uuid7(),
            company_id=company_id,
            ledger_id=ledger.id,
            code=draft.code,
            name=draft.name,
            type=draft.type,
            is_bank_or_cash=draft.is_bank_or_cash,
        )
        for draft in missing
    ]
    if not accounts:
        return 0
    for account in accounts:
        require_for_new(
            account_as_resource(account), principal=created_by, action=CREATE_ACCOUNT, company_id=company_id
        )
    _insert(accounts)
    _hang_into_tree(company_id)
    for account in accounts:
        record_verb(
            company_id=company_id,
            actor=created_by,
            verb=CREATE_ACCOUNT,
            object_type=AccountCreated.aggregate_type,
            object_id=account.id,
            content=account_content(account),
            is_new=True,
        )
    registry.get(EventBus).publish(company_id=company_id, events=list(map(_created, accounts)))
    return len(accounts)


def _created(account: Account) -> AccountCreated:
    return AccountCreated(
        aggregate_id=account.id,
        code=account.code,
        type=account.type,
        is_bank_or_cash=account.is_bank_or_cash,
    )


def _insert(accounts: Sequence[Account]) -> None:
    try:
        Account.objects.bulk_create(accounts)
    except IntegrityError as error:
        if constraint_name(error) == "account_code_unique":
            # Another call created one of them a moment ago: read again.
            raise TryAgain from error
        raise


def _hang_into_tree(company_id: UUID) -> None:
    """Give every account its nearest ancestor; a new one may come between two old ones."""
    accounts = list_accounts(company_id=company_id, reader=None)
    ids = {account.code: account.id for account in accounts}
    parents = parent_codes(ids)
    wanted = {account.id: _id_of(ids, parents[account.code]) for account in accounts}
    moved = [account.id for account in accounts if account.parent_id != wanted[account.id]]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounting_account a SET parent_id = m.parent_id"
            " FROM unnest(%s::uuid[], %s::uuid[]) AS m(id, parent_id)"
            " WHERE a.company_id = %s AND a.id = m.id",
            [moved, [wanted[account_id] for account_id in moved], company_id],
        )


def _id_of(ids: dict[str, UUID], code: str | None) -> UUID | None:
    return None if code is None else ids[code]


def _type_differs(draft: AccountDraft, type_before: str) -> AccountMustKeepItsType:
    return AccountMustKeepItsType(
        f"Account {draft.code}: the chart has it as {type_before}, got {draft.type}. "
        "Correct the type, or choose another code.",
        evidence={"object": draft.code, "expected": type_before, "got": draft.type},
    )
