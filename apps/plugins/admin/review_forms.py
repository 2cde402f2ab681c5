# SPDX-License-Identifier: Apache-2.0
"""Forms of reviewers: a checklist of which each point is ticked or reasoned, and reasons."""

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from apps.plugins.domain.marketplace.checklist import POINTS, Point


class ChecklistForm(forms.Form):
    """One box and one line for each point; whoever ticks none of a pair is asked for the other."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, told in POINTS.items():
            self.fields[name] = forms.BooleanField(label=told, required=False, widget=UnfoldBooleanWidget())
            self.fields[f"{name}_reason"] = forms.CharField(
                label=f"If not: why not ({name})",
                required=False,
                max_length=1_000,
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            )
        self.fields["note"] = forms.CharField(
            label="Note for the publisher",
            required=False,
            max_length=1_000,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        )


class ReasonForm(forms.Form):
    """Why, for whoever it concerns."""

    reason = forms.CharField(max_length=1_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class SeenForm(forms.Form):
    """What was looked at."""

    seen = forms.CharField(
        label="What proved it",
        max_length=1_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Such as the DNS record that you asked for yourself, when, and of which server.",
    )


class AnswerForm(forms.Form):
    """What was done about a report."""

    answer = forms.CharField(max_length=1_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


def checklist_of(given: Mapping[str, Any]) -> dict[str, Point]:
    """Return the points as they were answered."""
    return {name: Point(bool(given[name]), given[f"{name}_reason"]) for name in POINTS}
