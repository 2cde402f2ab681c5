# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts as a tree with balances."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.accounting.selectors.accounts import AccountRow, list_accounts
from apps.accounting.selectors.trial_balance import trial_balance
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


@dataclass(frozen=True, slots=True)
class ChartRow:
    """An account in the tree; minor units, debit +. `total_minor` includes the accounts below it."""

    account: AccountRow
    depth: int
    has_children: bool
    balance_minor: int
    total_minor: int


@transactional
def chart_with_balances(*, company_id: UUID, reader: Principal | None) -> list[ChartRow]:
    """Return every account, each parent before its children, with all that was posted so far."""
    accounts = list_accounts(company_id=company_id, reader=reader)
    balance = trial_balance(company_id=company_id, reader=reader)
    balances = {row.account_id: row.balance_minor for row in balance.rows}
    children: dict[UUID | None, list[AccountRow]] = defaultdict(list)
    for account in accounts:
        children[account.parent_id].append(account)
    totals: dict[UUID, int] = {}
    # Children's codes begin with their parent's, so that backwards every child comes before its parent.
    for account in reversed(accounts):
        below = sum(totals[child.id] for child in children[account.id])
        totals[account.id] = balances.get(account.id, 0) + below
    return list(_rows(children, None, 0, balances, totals))


def _rows(
    children: Mapping[UUID | None, Sequence[AccountRow]],
    parent_id: UUID | None,
    depth: int,
    balances: Mapping[UUID, int],
    totals: Mapping[UUID, int],
) -> Iterator[ChartRow]:
    for account in children.get(parent_id, ()):
        has_children = bool(children.get(account.id))
        balance_minor = balances.get(account.id, 0)
        yield ChartRow(account, depth, has_children, balance_minor, totals[account.id])
        yield from _rows(children, account.id, depth + 1, balances, totals)
