# SPDX-License-Identifier: Apache-2.0
"""What may stand behind the question mark; anything else is refused, since a typo would change a report."""

from typing import Any

from rest_framework import serializers

from apps.accounting.api.serializers.fields import BookDateField
from cortex.api.pages import LIMIT_DEFAULT, LIMIT_MAX
from cortex.api.serializers import StrictSerializer


class PageQuery(StrictSerializer):
    """Which page of a list."""

    cursor = serializers.CharField(required=False, help_text="`next_cursor` of the page before.")
    limit = serializers.CharField(
        required=False, help_text=f"Rows a page, 1 to {LIMIT_MAX}; {LIMIT_DEFAULT} unless given."
    )


class EntryQuery(PageQuery):
    """Which entries; both dates are inclusive."""

    journal = serializers.CharField(required=False, max_length=20)
    reference = serializers.CharField(required=False, max_length=100)
    to = BookDateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which no Python name can spell."""
        return {"from": BookDateField(required=False), **super().get_fields()}


class SpanQuery(StrictSerializer):
    """From which day to which; both inclusive. Without `from` the report is cumulative."""

    as_of = BookDateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which no Python name can spell."""
        return {"from": BookDateField(required=False), **super().get_fields()}


class TrialBalanceQuery(SpanQuery):
    """Which trial balance, and how it is written."""

    format = serializers.ChoiceField(
        choices=("json", "csv"), required=False, help_text="Instead of the header `Accept`."
    )


class GeneralLedgerQuery(SpanQuery, PageQuery):
    """Which account, and which page of it."""

    account = serializers.CharField(max_length=100)


def read_query(request: Any, query: type[StrictSerializer]) -> dict[str, Any]:
    """Return the validated parameters; raises a validation error that names each wrong one."""
    reader = query(data=request.query_params.dict())
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)
