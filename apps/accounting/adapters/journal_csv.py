# SPDX-License-Identifier: Apache-2.0
"""The journal as CSV: `reference,accounting_date,party,narration,account,debit,credit,currency`."""

import re
from dataclasses import dataclass, field
from datetime import date

from apps.accounting.adapters.csv_table import CsvTable
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft, check_entry
from apps.accounting.domain.journal_import import ParsedEntry, RowError
from cortex.errors import CortexError
from cortex.money import parse_amount

COLUMNS = ("reference", "accounting_date", "party", "narration", "account", "debit", "credit", "currency")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass
class _Collected:
    """The rows of one reference."""

    row: int
    accounting_date: date
    narration: str
    lines: list[LineDraft] = field(default_factory=list)
    is_sound: bool = True


def parse_journal(content: bytes) -> tuple[list[ParsedEntry], list[RowError]]:
    """Return the entries of the file, in the order of their first rows, and everything wrong with it.

    Rows of one reference are one entry; each has exactly one of debit and credit.
    """
    table = CsvTable(content=content, file="journal", columns=COLUMNS)
    collected: dict[str, _Collected] = {}
    for row, cells in table.rows():
        _collect(table, row, cells, collected)
    entries = []
    for reference, rows in collected.items():
        draft = EntryDraft(
            accounting_date=rows.accounting_date,
            narration=rows.narration,
            lines=rows.lines,
            reference=reference,
        )
        if rows.is_sound and _is_entry(table, rows.row, draft):
            entries.append(ParsedEntry(row=rows.row, draft=draft))
    return entries, sorted(table.errors, key=lambda error: error.row)


def _collect(table: CsvTable, row: int, cells: dict[str, str], collected: dict[str, _Collected]) -> None:
    reference = cells["reference"]
    if not reference or reference != reference.strip():
        _refuse(table, row, "reference", "a reference without outer spaces", reference)
        return
    day = _date(table, row, cells["accounting_date"])
    entry = collected.get(reference)
    if entry is None:
        entry = collected[reference] = _Collected(row, day or date.min, cells["narration"])
    elif day and day != entry.accounting_date:
        expected = f"{entry.accounting_date}, the date of row {entry.row} of the same reference"
        _refuse(table, row, "accounting_date", expected, cells["accounting_date"])
        day = None
    line = _line(table, row, cells, entry.narration)
    if line is None or day is None:
        entry.is_sound = False
    else:
        entry.lines.append(line)


def _date(table: CsvTable, row: int, text: str) -> date | None:
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # has the form of a date and is none, as 2015-02-30
    _refuse(table, row, "accounting_date", "a date as 2015-12-31", text)
    return None


def _line(table: CsvTable, row: int, cells: dict[str, str], narration: str) -> LineDraft | None:
    if not cells["account"]:
        _refuse(table, row, "account", "the code of an account", "")
        return None
    if bool(cells["debit"]) == bool(cells["credit"]):
        got = "both" if cells["debit"] else "neither"
        _refuse(table, row, "debit", "exactly one of debit and credit", got)
        return None
    side = "debit" if cells["debit"] else "credit"
    amount_minor = _amount(table, row, side, cells[side], cells["currency"])
    if amount_minor is None:
        return None
    return LineDraft(
        account_code=cells["account"],
        amount_minor=amount_minor if side == "debit" else -amount_minor,
        currency=cells["currency"],
        party=cells["party"] or None,
        narration=cells["narration"] if cells["narration"] != narration else None,
    )


def _amount(table: CsvTable, row: int, side: str, text: str, currency: str) -> int | None:
    try:
        amount_minor = parse_amount(text, currency=currency)
    except CortexError as error:
        column = "currency" if error.evidence["object"] == "currency" else side
        expected, got = str(error.evidence["expected"]), str(error.evidence["got"])
        table.refuse(
            row=row, column=column, code=error.code, expected=expected, got=got, message=error.message
        )
        return None
    if amount_minor <= 0:
        _refuse(table, row, side, "an amount above zero; the other column takes the other sign", text)
        return None
    return amount_minor


def _is_entry(table: CsvTable, row: int, draft: EntryDraft) -> bool:
    try:
        # The currency of the ledger is not the file's to know: here all lines must agree.
        check_entry(draft=draft, base_currency=draft.lines[0].currency)
    except CortexError as error:
        expected, got = str(error.evidence.get("expected", "")), str(error.evidence.get("got", ""))
        table.refuse(
            row=row, column="reference", code=error.code, expected=expected, got=got, message=error.message
        )
        return False
    return True


def _refuse(table: CsvTable, row: int, column: str, expected: str, got: str) -> None:
    code = "accounting.journal_row_must_be_well_formed"
    table.refuse(row=row, column=column, code=code, expected=expected, got=got)
