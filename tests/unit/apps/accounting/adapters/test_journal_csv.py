# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounting.adapters import csv_table
from apps.accounting.adapters.journal_csv import COLUMNS, parse_journal
from apps.accounting.domain.errors import ImportMustBeReadable
from apps.accounting.domain.journal_entry import LineDraft, check_entry
from apps.accounting.domain.journal_import import RowError, refuse_rows

FILES = Path(__file__).parents[4] / "fixtures" / "ledger"
GOOD = (FILES / "journal.csv").read_text()
WELL_FORMED = "accounting.journal_row_must_be_well_formed"
UNREADABLE = "money.amount_must_be_readable"
# What the third field of row 5, a debit of 119.00, becomes; the column and the code that name it.
BAD_CELLS = {
    "12,50": (UNREADABLE, "debit", '"12,50"'),
    "1e3": (UNREADABLE, "debit", "1e3"),
    "NaN": (UNREADABLE, "debit", "NaN"),
    "Infinity": (UNREADABLE, "debit", "Infinity"),
    "forty digits": (UNREADABLE, "debit", "1" * 40),
    "three decimals": (UNREADABLE, "debit", "119.000"),
    "a space": (UNREADABLE, "debit", " 119.00"),
    "other digits": (UNREADABLE, "debit", "\u0661\u0661\u0669"),
    "negative": (WELL_FORMED, "debit", "-119.00"),
    "zero": (WELL_FORMED, "debit", "0.00"),
    "neither": (WELL_FORMED, "debit", ""),
}
ROW = "PAY-1,2026-03-20,Harbour Hotel,Payment,Assets:Bank,119.00,,EUR"
BAD_ROWS = {
    "both debit and credit": (WELL_FORMED, "debit", ROW.replace("119.00,", "119.00,119.00")),
    "an unknown currency": ("money.currency_must_be_known", "currency", ROW.replace("EUR", "ZZZ")),
    "no currency": ("money.currency_must_be_known", "currency", ROW.replace("EUR", "")),
    "30 February": (WELL_FORMED, "accounting_date", ROW.replace("2026-03-20", "2026-02-30")),
    "a German date": (WELL_FORMED, "accounting_date", ROW.replace("2026-03-20", "20.03.2026")),
    "a date without dashes": (WELL_FORMED, "accounting_date", ROW.replace("2026-03-20", "20260320")),
    "an ISO week": (WELL_FORMED, "accounting_date", ROW.replace("2026-03-20", "2026-W12-5")),
    "no date": (WELL_FORMED, "accounting_date", ROW.replace("2026-03-20", "")),
    "no account": (WELL_FORMED, "account", ROW.replace("Assets:Bank", "")),
    "no reference": (WELL_FORMED, "reference", ROW.replace("PAY-1", "")),
    "a reference with outer spaces": (WELL_FORMED, "reference", ROW.replace("PAY-1", "PAY-1 ")),
    "a field too few": ("accounting.csv_row_must_be_whole", "*", ROW.replace(",EUR", "")),
    "a field too many": ("accounting.csv_row_must_be_whole", "*", ROW + ",more"),
    "a field without end": ("accounting.csv_row_must_be_whole", "*", ROW.replace("Payment", "P" * 5_001)),
}
BAD_FILES = {
    "journal_utf16.csv": (1, "accounting.file_must_be_utf8"),
    "journal_latin1.csv": (1, "accounting.file_must_be_utf8"),
    "journal_nul.csv": (1, "accounting.file_must_be_utf8"),
    "journal_semicolons.csv": (1, "accounting.csv_header_must_match"),
    "journal_wrong_header.csv": (1, "accounting.csv_header_must_match"),
    "journal_missing_column.csv": (1, "accounting.csv_header_must_match"),
    "journal_empty.csv": (1, "accounting.csv_header_must_match"),
    "journal_unclosed_quote.csv": (6, "accounting.csv_must_be_well_formed"),
    "journal_ragged.csv": (5, "accounting.csv_row_must_be_whole"),
}


def errors_of(text: str) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in parse_journal(text.encode())[1]]


class TestSoundFile:
    @pytest.mark.parametrize("name", ["journal.csv", "journal_with_bom.csv"])
    def test_gives_its_entries(self, name: str) -> None:
        entries, errors = parse_journal((FILES / name).read_bytes())
        assert errors == []
        assert [(entry.row, entry.draft.reference, entry.draft.accounting_date) for entry in entries] == [
            (2, "INV-1", date(2026, 3, 15)),
            (5, "PAY-1", date(2026, 3, 20)),
        ]
        assert entries[0].draft.narration == "Rooms in March"
        assert entries[0].draft.lines == [
            LineDraft("Assets:Receivables", 11_900, "EUR", "Harbour Hotel"),
            LineDraft("Income:Sales", -10_000, "EUR", "Harbour Hotel"),
            LineDraft("Liabilities:Output-VAT", -1_900, "EUR", None, "VAT of it"),
        ]

    def test_may_end_its_lines_as_windows_does(self) -> None:
        """Written here: in a checkout the file's line ends would be the version control's to choose."""
        assert parse_journal(GOOD.replace("\n", "\r\n").encode()) == parse_journal(GOOD.encode())

    def test_may_scatter_the_rows_of_a_reference(self) -> None:
        entries, errors = parse_journal((FILES / "journal_not_contiguous.csv").read_bytes())
        assert errors == []
        assert [(entry.row, len(entry.draft.lines)) for entry in entries] == [(2, 3), (3, 2)]

    def test_may_quote_commas_quotes_and_line_breaks(self) -> None:
        (entry,), errors = parse_journal((FILES / "journal_quoted.csv").read_bytes())
        assert errors == []
        assert (entry.draft.narration, entry.draft.lines[0].party) == ("two\nlines", 'Novak, "Sons"')

    def test_may_hold_no_entries(self) -> None:
        assert parse_journal(",".join(COLUMNS).encode()) == ([], [])

    @pytest.mark.parametrize("name", ["basic", "household"])
    def test_of_others_gives_entries_that_balance(
        self, shared_cases: Callable[[str], Path], name: str
    ) -> None:
        entries, errors = parse_journal(shared_cases(f"ledger/{name}-journal.csv").read_bytes())
        assert errors == []
        for entry in entries:
            check_entry(draft=entry.draft, base_currency="USD")


class TestUnsoundFile:
    @pytest.mark.parametrize("name", BAD_FILES)
    def test_is_refused_with_row_and_code(self, name: str) -> None:
        _, errors = parse_journal((FILES / name).read_bytes())
        assert BAD_FILES[name] in [(error.row, error.code) for error in errors]

    @pytest.mark.parametrize("cell", BAD_CELLS)
    def test_is_refused_for_an_amount_that_is(self, cell: str) -> None:
        code, column, text = BAD_CELLS[cell]
        assert (5, column, code) in errors_of(GOOD.replace(ROW, ROW.replace("119.00", text)))

    @pytest.mark.parametrize("row", BAD_ROWS)
    def test_is_refused_for_a_row_with(self, row: str) -> None:
        code, column, text = BAD_ROWS[row]
        assert (5, column, code) in errors_of(GOOD.replace(ROW, text))

    def test_is_refused_for_an_entry_out_of_balance_by_a_cent(self) -> None:
        (error,) = parse_journal(GOOD.replace("119.00,,EUR\nINV", "119.01,,EUR\nINV").encode())[1]
        assert (error.file, error.row, error.column, error.code) == (
            "journal", 2, "reference", "accounting.entry_must_balance",
        )  # fmt: skip
        assert "debits 119.01 != credits 119.00 (debits 0.01 too high)" in error.message

    def test_is_refused_for_an_entry_of_one_line(self) -> None:
        text = GOOD.rpartition("PAY-1")[0]
        assert errors_of(text) == [(5, "reference", "accounting.entry_must_have_two_lines")]

    def test_is_refused_for_dates_that_differ_within_a_reference(self) -> None:
        (error,) = parse_journal(GOOD.replace("PAY-1,2026-03-20", "PAY-1,2026-03-21", 1).encode())[1]
        assert (error.row, error.column) == (6, "accounting_date")
        assert "2026-03-21, the date of row 5 of the same reference" in error.expected

    def test_is_refused_for_two_currencies_in_an_entry(self) -> None:
        text = GOOD.replace(ROW, ROW.replace("EUR", "USD"))
        assert errors_of(text) == [(5, "reference", "accounting.currency_must_be_the_ledgers")]

    def test_names_every_bad_row_in_order(self) -> None:
        text = GOOD.replace("100.00", "1e2").replace(ROW, ROW.replace("119.00", "NaN"))
        assert [row for row, *_ in errors_of(text)] == [3, 5]

    def test_is_refused_beyond_its_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_table, "BYTES_MAX", len(GOOD) - 1)
        assert errors_of(GOOD) == [(1, "*", "accounting.file_must_not_be_too_large")]

    def test_is_refused_beyond_its_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_table, "ROWS_MAX", 4)
        assert (1, "*", "accounting.file_must_not_be_too_large") in errors_of(GOOD)

    @given(
        content=st.binary(max_size=300)
        | st.text(max_size=300).map(lambda text: (GOOD + text).encode("utf-8", "replace"))
    )
    def test_never_fails_in_another_way(self, content: bytes) -> None:
        entries, errors = parse_journal(content)
        assert all(error.row >= 1 and error.message and error.code for error in errors)
        for entry in entries:
            check_entry(draft=entry.draft, base_currency=entry.draft.lines[0].currency)


class TestRefusedRows:
    def test_pass_when_nothing_is_wrong(self) -> None:
        refuse_rows([])

    def test_carry_the_first_hundred_and_tell_how_many_there_are(self) -> None:
        errors = [
            RowError(
                "journal", row, "debit", "money.amount_must_be_readable", "digits", "x", "expected digits."
            )
            for row in range(2, 252)
        ]
        with pytest.raises(ImportMustBeReadable) as refusal:
            refuse_rows(errors)
        assert str(refusal.value) == (
            "Journal file, row 2, column debit: expected digits. (250 errors in all)"
        )
        assert len(refusal.value.evidence["rows"]) == 100
        assert refusal.value.evidence["rows"][0] == {
            "file": "journal", "row": 2, "column": "debit", "code": "money.amount_must_be_readable",
            "expected": "digits", "got": "x", "message": "expected digits.",
        }  # fmt: skip
        assert refusal.value.evidence["remedy"].endswith("nothing was posted")
