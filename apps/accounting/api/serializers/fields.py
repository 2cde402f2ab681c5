# SPDX-License-Identifier: Apache-2.0
"""Fields that several bodies of the books share."""

from datetime import date
from typing import Any

from rest_framework import serializers

from cortex.api.serializers import TextField

# Dates that a person could mean: a slip of the keyboard must not open the fiscal year 0205 or 9999.
EARLIEST_DATE, LATEST_DATE = date(1900, 1, 1), date(2999, 12, 31)


class BookDateField(serializers.DateField):
    """A day of the books as `2015-03-31`."""

    default_error_messages = {"range": f"Expected a date from {EARLIEST_DATE} to {LATEST_DATE}."}

    def to_internal_value(self, value: Any) -> date:
        """Return the day."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        if not EARLIEST_DATE <= day <= LATEST_DATE:
            self.fail("range")
        return day


class CodeField(TextField):
    """A code such as that of an account: no control characters, no white space around it."""

    default_error_messages = {"code": "Expected printable characters without white space around them."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the code."""
        text = super().to_internal_value(data)
        if text != text.strip() or not text.isprintable():
            self.fail("code")
        return text
