# SPDX-License-Identifier: Apache-2.0
"""Which leaves of the audit log the list shows."""

from datetime import UTC, date, datetime, time, timedelta

from django import forms

from apps.accounting.books.forms.fields import DayField
from apps.audit.published import LeafFilters

VERB_CHARACTERS_MAX, ACTOR_CHARACTERS_MAX = 100, 200


class LogFiltersForm(forms.Form):
    """Who, to what, what and when; all may be left out. Both days are inclusive, and end by UTC."""

    actor = forms.CharField(
        label="Who",
        required=False,
        max_length=ACTOR_CHARACTERS_MAX,
        help_text="A user's name, or service:scheduler",
    )
    verb = forms.RegexField(
        r"\A[a-z][a-z0-9_.-]*\Z",
        label="Verb",
        required=False,
        max_length=VERB_CHARACTERS_MAX,
        help_text="Whole, or its beginning with a dot: accounting.",
        error_messages={"invalid": "Enter a verb such as accounting.journal_entry.post, or accounting."},
    )
    object = forms.UUIDField(label="Object", required=False, help_text="Its whole id")
    from_date = DayField(label="From", required=False)
    to_date = DayField(label="To", required=False)

    def filters(self) -> LeafFilters:
        """Return the filters of a valid form."""
        wanted = self.cleaned_data
        last = wanted["to_date"]
        return LeafFilters(
            actor=wanted["actor"] or None,
            verb=wanted["verb"] or None,
            object_id=wanted["object"],
            from_at=_midnight(wanted["from_date"]),
            before_at=_midnight(last + timedelta(days=1)) if last and last < date.max else None,
        )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None
