# SPDX-License-Identifier: Apache-2.0
"""One line of an entry as people type it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounting.domain.account_draft import CODE_CHARACTERS_MAX
from apps.accounting.domain.journal_entry import (
    LINES_MAX,
    NARRATION_CHARACTERS_MAX,
    PARTY_CHARACTERS_MAX,
    LineDraft,
)
from apps.accounting.selectors.ledger import LedgerRef
from cortex.money import AmountMustBeReadable, parse_localised_amount

COLUMNS = ("account", "party", "memo", "debit", "credit")
AMOUNT_CHARACTERS_MAX = 40


class EntryLineForm(forms.Form):
    """Account and exactly one amount; the amount is read as the ledger's locale writes it."""

    account = forms.CharField(max_length=CODE_CHARACTERS_MAX)
    party = forms.CharField(max_length=PARTY_CHARACTERS_MAX, required=False)
    memo = forms.CharField(max_length=NARRATION_CHARACTERS_MAX, required=False)
    debit = forms.CharField(max_length=AMOUNT_CHARACTERS_MAX, required=False)
    credit = forms.CharField(max_length=AMOUNT_CHARACTERS_MAX, required=False)

    def __init__(
        self, data: Mapping[str, str] | None = None, *, number: int, ledger: LedgerRef, **kwargs: Any
    ) -> None:
        # Lines share their names, so that a line can be added without counting; ids are their own.
        super().__init__(data, auto_id=f"line_{number}_%s", **kwargs)
        self.number = number
        self.ledger = ledger

    def clean(self) -> dict[str, Any]:
        """Turn the amounts into signed minor units; errors stand beside their field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        debit_minor, credit_minor = self._read("debit"), self._read("credit")
        if self.errors.keys() & {"debit", "credit"}:
            return cleaned
        if (debit_minor is None) == (credit_minor is None):
            got = "neither" if debit_minor is None else "both"
            self.add_error("debit", f"Expected a debit or a credit, got {got}.")
        cleaned["amount_minor"] = debit_minor if debit_minor is not None else -(credit_minor or 0)
        return cleaned

    def draft(self) -> LineDraft:
        """Return the line of a valid form."""
        return LineDraft(
            account_code=self.cleaned_data["account"],
            amount_minor=self.cleaned_data["amount_minor"],
            currency=self.ledger.base_currency,
            party=self.cleaned_data["party"] or None,
            narration=self.cleaned_data["memo"] or None,
        )

    def _read(self, side: str) -> int | None:
        text = self.cleaned_data.get(side, "")
        if not text:
            return None
        try:
            amount_minor = parse_localised_amount(
                text, locale=self.ledger.locale, currency=self.ledger.base_currency
            )
        except AmountMustBeReadable as error:
            self.add_error(side, error.message)
            return None
        if amount_minor <= 0:
            self.add_error(side, "Expected more than zero; use the other side for a minus.")
        return amount_minor


def lines_of(form: QueryDict) -> Iterator[dict[str, str]]:
    """Yield the lines that were sent and are not empty, at most one more than an entry may have."""
    columns = [form.getlist(name)[: LINES_MAX + 1] for name in COLUMNS]
    for cells in zip(*columns, strict=False):
        if any(cell.strip() for cell in cells):
            yield dict(zip(COLUMNS, cells, strict=True))
