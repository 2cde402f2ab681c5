# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.accounting.domain.errors import AccountMustExist
from apps.accounting.domain.policy_names import ACCOUNT
from apps.accounting.selectors.visibility import only_visible
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

_TABLE = "accounting_account"
_COLUMNS = "id, code, name, type, parent_id, is_bank_or_cash, is_active"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the chart."""

    id: UUID
    code: str
    name: str
    type: str
    parent_id: UUID | None
    is_bank_or_cash: bool
    is_active: bool


@transactional
def list_accounts(*, company_id: UUID, reader: Principal | None) -> list[AccountRow]:
    """Return the chart, as far as `reader` may see it, in byte order of the codes."""
    seen, parameters = only_visible(ACCOUNT, reader=reader, company_id=company_id, column="id", alias=_TABLE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM accounting_account WHERE company_id = %s{seen} ORDER BY code",  # noqa: S608
            [company_id, *parameters],
        )
        return [AccountRow(*row) for row in cursor.fetchall()]


@transactional
def list_accounts_after(
    *, company_id: UUID, after: str | None, limit: int, reader: Principal | None
) -> list[AccountRow]:
    """Return up to `limit` accounts whose codes come after `after`, in byte order; codes are unique."""
    seen, parameters = only_visible(ACCOUNT, reader=reader, company_id=company_id, column="id", alias=_TABLE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM accounting_account"  # noqa: S608
            f" WHERE company_id = %s AND code > %s{seen} ORDER BY code LIMIT %s",
            [company_id, after or "", *parameters, limit],
        )
        return [AccountRow(*row) for row in cursor.fetchall()]


@transactional
def accounts_by_code(*, company_id: UUID, ledger_id: UUID, codes: Collection[str]) -> dict[str, AccountRow]:
    """Return those accounts of the ledger that have one of `codes`."""
    with prepared_cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM accounting_account"  # noqa: S608
            " WHERE company_id = %s AND ledger_id = %s AND code = ANY(%s)",
            [company_id, ledger_id, list(codes)],
        )
        return {row[1]: AccountRow(*row) for row in cursor.fetchall()}


@transactional
def get_account(
    *, company_id: UUID, code: str, reader: Principal | None, for_update: bool = False
) -> AccountRow:
    """Return the account of this code, locked against other changes if asked.

    Raises: AccountMustExist, also for one that `reader` may not see.
    """
    seen, parameters = only_visible(ACCOUNT, reader=reader, company_id=company_id, column="id", alias=_TABLE)
    lock = " FOR NO KEY UPDATE" if for_update else ""  # postings hold a key share lock on their accounts
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM accounting_account"  # noqa: S608
            f" WHERE company_id = %s AND code = %s{seen}{lock}",
            [company_id, code, *parameters],
        )
        row = cursor.fetchone()
    if row is None:
        raise account_must_exist(codes=[code])
    return AccountRow(*row)


def account_must_exist(*, codes: Collection[str]) -> AccountMustExist:
    """Return the error that names the missing accounts, at most ten of them."""
    missing = sorted(codes)
    shown = ", ".join(code[:100] for code in missing[:10]) + (", …" if len(missing) > 10 else "")
    return AccountMustExist(
        f"Account {shown}: expected an account of the chart, got no such code. "
        "Check the code, or create the account first.",
        evidence={"object": "account", "got": missing[:10], "remedy": "create the account first"},
    )
