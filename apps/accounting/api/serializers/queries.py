# SPDX-License-Identifier: Apache-2.0
"""What may stand behind the question mark; anything else is refused, since a typo would change a report."""

from typing import Any

from rest_framework import serializers

from apps.accounting.api.serializers.fields import BookDateField
from cortex.api.queries import PageQuery
from cortex.api.serializers import StrictSerializer


class EntryQuery(PageQuery):
    """Which entries; both dates are inclusive."""

    journal = serializers.CharField(required=False, max_length=20)
    reference = serializers.CharField(required=False, max_length=100)
    to = BookDateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which no Python name can spell."""
        return {"from": BookDateField(required=False), **super().get_fields()}


class ProofQuery(StrictSerializer):
    """From which earlier tree the archive proves that the log grew."""

    since = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="The number of leaves: the second line of a `checkpoint` that you kept.",
    )


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
