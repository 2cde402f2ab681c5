# SPDX-License-Identifier: Apache-2.0
"""What somebody says who opens emergency access, and who looks at it afterwards."""

from datetime import timedelta

from django import forms

from cortex.break_glass.open_access import LASTS, LASTS_MAX, REASON_LENGTH_MAX, REASON_LENGTH_MIN
from cortex.break_glass.review_access import COMMENT_LENGTH_MAX

_MINUTES = (15, 30, 60, 120, int(LASTS_MAX.total_seconds()) // 60)


class OpenForm(forms.Form):
    """Why, and for how long."""

    reason = forms.CharField(
        label="Reason",
        min_length=REASON_LENGTH_MIN,
        max_length=REASON_LENGTH_MAX,
        help_text="What happened, and why it cannot wait. It is mailed, and stands in the audit log.",
    )
    minutes = forms.TypedChoiceField(
        label="For",
        coerce=int,
        choices=[(each, f"{each} minutes") for each in _MINUTES],
        initial=int(LASTS.total_seconds()) // 60,
    )

    def lasts(self) -> timedelta:
        """Return how long it is to last."""
        return timedelta(minutes=self.cleaned_data["minutes"])


class ReviewForm(forms.Form):
    """What somebody found who looked at it."""

    comment = forms.CharField(label="What you found", max_length=COMMENT_LENGTH_MAX)
