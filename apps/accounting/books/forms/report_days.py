# SPDX-License-Identifier: Apache-2.0
"""The days that a report covers."""

from typing import Any

from django import forms

from apps.accounting.books.forms.fields import DayField


class ReportDaysForm(forms.Form):
    """Both days count; without a first day the report is cumulative."""

    from_date = DayField(label="From", required=False)
    as_of = DayField(label="As of", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a run of days that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_date"), cleaned.get("as_of")
        if first and last and last < first:
            self.add_error("as_of", f"Expected a day from {first} on, got {last}.")
        return cleaned

    def days(self) -> dict[str, Any]:
        """Return the arguments of the selectors; a form that is not valid asks for everything."""
        if not self.is_valid():
            return {"from_date": None, "as_of": None}
        return {"from_date": self.cleaned_data["from_date"], "as_of": self.cleaned_data["as_of"]}
