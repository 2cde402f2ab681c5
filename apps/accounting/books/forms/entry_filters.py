# SPDX-License-Identifier: Apache-2.0
"""Which entries the list shows."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.accounting.books.forms.fields import DayField
from apps.accounting.domain.journal_entry import REFERENCE_CHARACTERS_MAX
from apps.accounting.selectors.journal_entries import EntryFilters
from apps.accounting.selectors.ledger import JournalRef


class EntryFiltersForm(forms.Form):
    """Journal, dates and reference; all may be left out."""

    journal = forms.ChoiceField(label="Journal", required=False)
    from_date = DayField(label="From", required=False)
    to_date = DayField(label="To", required=False)
    reference = forms.CharField(label="Reference", required=False, max_length=REFERENCE_CHARACTERS_MAX)

    def __init__(self, *args: Any, journals: Sequence[JournalRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All journals"), *((journal.code, journal.name) for journal in journals)]
        self.fields["journal"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def filters(self) -> EntryFilters:
        """Return the filters of a valid form."""
        wanted = self.cleaned_data
        return EntryFilters(
            journal_code=wanted["journal"] or None,
            from_date=wanted["from_date"],
            to_date=wanted["to_date"],
            reference=wanted["reference"] or None,
        )
