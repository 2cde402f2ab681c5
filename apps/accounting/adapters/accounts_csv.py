# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts as CSV: `code,name,type`."""

from apps.accounting.adapters.csv_table import CsvTable
from apps.accounting.domain.account_draft import (
    ACCOUNT_TYPES,
    CODE_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    AccountDraft,
)
from apps.accounting.domain.journal_import import RowError

COLUMNS = ("code", "name", "type")


def parse_accounts(content: bytes) -> tuple[list[AccountDraft], list[RowError]]:
    """Return the accounts of the file and everything that is wrong with it."""
    table = CsvTable(content=content, file="accounts", columns=COLUMNS)
    drafts: dict[str, AccountDraft] = {}
    for row, cells in table.rows():
        draft = AccountDraft(code=cells["code"], name=cells["name"] or cells["code"], type=cells["type"])
        if not _is_sound(table, row, draft):
            continue
        if drafts.setdefault(draft.code, draft) != draft:
            _refuse(
                table, row, "code", "accounting.account_must_be_listed_once", "a code listed once", draft.code
            )
    return list(drafts.values()), table.errors


def _is_sound(table: CsvTable, row: int, draft: AccountDraft) -> bool:
    errors_before = len(table.errors)
    code = "accounting.account_must_be_well_formed"
    if not draft.code or draft.code != draft.code.strip() or len(draft.code) > CODE_CHARACTERS_MAX:
        expected = f"a code of 1 to {CODE_CHARACTERS_MAX} characters without outer spaces"
        _refuse(table, row, "code", code, expected, draft.code)
    if len(draft.name) > NAME_CHARACTERS_MAX:
        _refuse(table, row, "name", code, f"at most {NAME_CHARACTERS_MAX} characters", draft.name)
    if draft.type not in ACCOUNT_TYPES:
        _refuse(table, row, "type", code, "one of " + ", ".join(ACCOUNT_TYPES), draft.type)
    return len(table.errors) == errors_before


def _refuse(table: CsvTable, row: int, column: str, code: str, expected: str, got: str) -> None:
    table.refuse(row=row, column=column, code=code, expected=expected, got=got)
