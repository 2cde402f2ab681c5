# SPDX-License-Identifier: Apache-2.0
"""How an entry is to be reversed."""

from django import forms

from apps.accounting.books.forms.fields import DayField
from apps.accounting.domain.journal_entry import NARRATION_CHARACTERS_MAX


class ReversalForm(forms.Form):
    """The reversal's own date and text, and whether it takes amounts from the sides they stand on."""

    accounting_date = DayField(label="Date of the reversal")
    narration = forms.CharField(label="Narration", required=False, max_length=NARRATION_CHARACTERS_MAX)
    is_cancellation = forms.BooleanField(
        label="Red storno",
        required=False,
        help_text="Takes the amounts from the sides they were posted to instead of filling the other ones.",
    )
