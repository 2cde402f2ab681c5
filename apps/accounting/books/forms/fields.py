# SPDX-License-Identifier: Apache-2.0
"""Fields that several forms share."""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day as the browser's date control sends it, `2026-03-31`, whatever the language."""

    def __init__(self, *, is_first: bool = False, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "autofocus": is_first}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **kwargs)


class ReasonField(forms.CharField):
    """Why something is done; it stands in the audit log."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
