# SPDX-License-Identifier: Apache-2.0
"""Changes of the fiscal calendar."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.accounting.books.forms.fields import DayField, ReasonField


class PeriodChangeForm(forms.Form):
    """The state that is wanted, why, and a confirmation."""

    wanted = forms.ChoiceField(label="Change the period to", widget=forms.RadioSelect)
    reason = ReasonField(label="Reason", help_text="It stands in the audit log, where it can be erased.")
    is_confirmed = forms.BooleanField(
        label="I have checked this period", error_messages={"required": "Confirm the change."}
    )

    def __init__(self, *args: Any, states: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = list(states)  # type: ignore[attr-defined] # a ChoiceField


class OpenYearForm(forms.Form):
    """Any day of the fiscal year that is to be opened."""

    day = DayField(label="A day of the new fiscal year")
