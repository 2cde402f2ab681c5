# SPDX-License-Identifier: Apache-2.0
"""A new entry as people type it: a head, lines, and errors beside the field they belong to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from apps.accounting.books.forms.entry_line import COLUMNS, EntryLineForm, lines_of
from apps.accounting.books.forms.fields import DayField
from apps.accounting.domain.errors import (
    AccountMustBeActive,
    AccountMustExist,
    EntryMustHaveTwoLines,
    PeriodMustBeOpen,
    ReferenceMustKeepItsContent,
)
from apps.accounting.domain.journal_entry import (
    NARRATION_CHARACTERS_MAX,
    REFERENCE_CHARACTERS_MAX,
    EntryDraft,
)
from apps.accounting.domain.party_name import UNREADABLE
from apps.accounting.selectors.journal_entry import EntryView
from apps.accounting.selectors.ledger import LedgerRef
from cortex.errors import CortexError
from cortex.money import format_localised_amount

ROWS_SHOWN = 4


class EntryHeadForm(forms.Form):
    """What is said of the entry as a whole; the key makes a form that is sent twice post once."""

    accounting_date = DayField(label="Date", is_first=True)
    narration = forms.CharField(label="Narration", max_length=NARRATION_CHARACTERS_MAX)
    reference = forms.CharField(label="Reference", required=False, max_length=REFERENCE_CHARACTERS_MAX)
    key = forms.UUIDField(widget=forms.HiddenInput)


class EntryForm:
    """Head and lines together."""

    def __init__(self, *, head: EntryHeadForm, lines: Sequence[EntryLineForm], ledger: LedgerRef) -> None:
        self.head = head
        self.ledger = ledger
        self.lines = list(lines)

    @classmethod
    def empty(cls, *, ledger: LedgerRef, today: date, like: EntryView | None = None) -> "EntryForm":
        """Return a form to fill in, or one filled as another entry."""
        initial = {"accounting_date": today, "key": uuid4(), "narration": like.narration if like else ""}
        filled = [_initial(line, ledger) for line in like.lines] if like else []
        lines = [
            EntryLineForm(number=number, ledger=ledger, initial=line)
            for number, line in enumerate(filled, start=1)
        ]
        return cls(head=EntryHeadForm(initial=initial), lines=lines, ledger=ledger)

    @classmethod
    def sent(cls, form: QueryDict, *, ledger: LedgerRef) -> "EntryForm":
        """Return the form with what was typed."""
        lines = [
            EntryLineForm(line, number=number, ledger=ledger)
            for number, line in enumerate(lines_of(form), start=1)
        ]
        return cls(head=EntryHeadForm(form), lines=lines, ledger=ledger)

    @property
    def blank_lines(self) -> list[EntryLineForm]:
        """Return the empty lines that stand below the filled ones; there is always one."""
        numbers = range(len(self.lines) + 1, max(ROWS_SHOWN, len(self.lines) + 1) + 1)
        return [EntryLineForm(number=number, ledger=self.ledger) for number in numbers]

    def is_valid(self) -> bool:
        """Return whether everything could be read; all fields are looked at, so that all errors show."""
        return all([self.head.is_valid(), *(line.is_valid() for line in self.lines)])

    def draft(self) -> EntryDraft:
        """Return the entry of a valid form."""
        return EntryDraft(
            accounting_date=self.head.cleaned_data["accounting_date"],
            narration=self.head.cleaned_data["narration"],
            reference=self.head.cleaned_data["reference"] or None,
            lines=[line.draft() for line in self.lines],
        )

    def content(self) -> Mapping[str, Any]:
        """Return what was typed, for telling a repetition from another form with the same key."""
        head = {name: self.head[name].value() for name in ("accounting_date", "narration", "reference")}
        return {**head, "lines": [[line[name].value() for name in COLUMNS] for line in self.lines]}

    def add_refusal(self, error: CortexError) -> None:
        """Put the ledger's refusal beside the field that it is about."""
        field = _HEAD_FIELDS.get(type(error))
        if isinstance(error, AccountMustExist | AccountMustBeActive) and self._add_to_lines(error):
            return
        self.head.add_error(field, error.message)

    def renew_key(self) -> None:
        """Give the form a new key, so that sending it again is a new entry."""
        self.head.data = {name: self.head[name].value() for name in self.head.fields} | {"key": str(uuid4())}

    def _add_to_lines(self, error: CortexError) -> bool:
        got = error.evidence.get("got")
        codes = got if isinstance(got, list) else [error.evidence.get("object")]
        hit = [line for line in self.lines if line.cleaned_data["account"] in codes]
        for line in hit:
            line.add_error("account", error.message)
        return bool(hit)


_HEAD_FIELDS: Mapping[type[CortexError], str | None] = {
    PeriodMustBeOpen: "accounting_date",
    ReferenceMustKeepItsContent: "reference",
    EntryMustHaveTwoLines: None,
}


def _initial(line: Any, ledger: LedgerRef) -> dict[str, str]:
    written = format_localised_amount(
        abs(line.amount_minor), locale=ledger.locale, currency=ledger.base_currency
    )
    side = "debit" if line.amount_minor > 0 else "credit"
    party = "" if line.party in (None, UNREADABLE) else line.party
    return {"account": line.account_code, "party": party, side: written}
