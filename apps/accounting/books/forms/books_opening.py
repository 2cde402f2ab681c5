# SPDX-License-Identifier: Apache-2.0
"""What new books need to know."""

import calendar

from django import forms

# How amounts are written; names as people of the place write them.
LOCALES = (
    ("en", "1,234.50 (English)"),
    ("de", "1.234,50 (Deutsch)"),
    ("fr", "1 234,50 (français)"),
    ("de_CH", "1’234.50 (Schweiz)"),
)


class BooksOpeningForm(forms.Form):
    """Currency, first month of the fiscal year, and how amounts are written."""

    currency = forms.CharField(
        label="Currency", min_length=3, max_length=3, help_text="A code of ISO 4217. It stays for good."
    )
    start_month = forms.TypedChoiceField(
        label="The fiscal year begins in",
        coerce=int,
        choices=[(number, calendar.month_name[number]) for number in range(1, 13)],
    )
    locale = forms.ChoiceField(label="Amounts are written as", choices=LOCALES)
