# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from apps.accounting.adapters.accounts_csv import parse_accounts
from apps.accounting.domain.account_draft import AccountDraft

FILES = Path(__file__).parents[4] / "fixtures" / "ledger"
HEADER = "code,name,type\n"
WELL_FORMED = "accounting.account_must_be_well_formed"
BAD_ROWS = {
    "no code": (",Bank,asset", "code", WELL_FORMED),
    "a code with outer spaces": ("Bank ,Bank,asset", "code", WELL_FORMED),
    "a code that is too long": ("B" * 101 + ",Bank,asset", "code", WELL_FORMED),
    "a name that is too long": ("Bank," + "B" * 201 + ",asset", "name", WELL_FORMED),
    "an unknown type": ("Bank,Bank,assets", "type", WELL_FORMED),
    "no type": ("Bank,Bank,", "type", WELL_FORMED),
    "a field too few": ("Bank,asset", "*", "accounting.csv_row_must_be_whole"),
}


class TestAccountsFile:
    def test_gives_its_accounts_and_names_the_nameless_by_their_code(self) -> None:
        drafts, errors = parse_accounts((FILES / "accounts.csv").read_bytes())
        assert errors == []
        assert drafts == [
            AccountDraft("Assets:Bank", "Bank", "asset"),
            AccountDraft("Assets:Receivables", "Assets:Receivables", "asset"),
            AccountDraft("Income:Sales", "Sales", "income"),
            AccountDraft("Liabilities:Output-VAT", "Output VAT", "liability"),
        ]

    def test_may_say_the_same_twice(self) -> None:
        drafts, errors = parse_accounts(f"{HEADER}Bank,Bank,asset\nBank,Bank,asset\n".encode())
        assert (len(drafts), errors) == (1, [])

    def test_is_refused_when_it_says_different_things_of_one_code(self) -> None:
        _, (error,) = parse_accounts(f"{HEADER}Bank,Bank,asset\nBank,Bank,liability\n".encode())
        assert (error.file, error.row, error.column, error.code) == (
            "accounts", 3, "code", "accounting.account_must_be_listed_once",
        )  # fmt: skip

    @pytest.mark.parametrize("row", BAD_ROWS)
    def test_is_refused_for_a_row_with(self, row: str) -> None:
        text, column, code = BAD_ROWS[row]
        drafts, (error,) = parse_accounts(f"{HEADER}{text}\n".encode())
        assert (drafts, error.row, error.column, error.code) == ([], 2, column, code)

    def test_is_refused_with_the_header_of_a_journal(self) -> None:
        _, (error,) = parse_accounts((FILES / "journal.csv").read_bytes())
        assert (error.code, error.expected) == (
            "accounting.csv_header_must_match",
            "the header code,name,type",
        )
