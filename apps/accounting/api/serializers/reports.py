# SPDX-License-Identifier: Apache-2.0
"""Reports."""

from typing import Any

from rest_framework import serializers

from apps.accounting.domain.account_draft import ACCOUNT_TYPES


class TrialBalanceRowSerializer(serializers.Serializer):
    """An account; `balance` is debits less credits."""

    account = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=ACCOUNT_TYPES)
    debit_total = serializers.CharField()
    credit_total = serializers.CharField()
    balance = serializers.CharField()


class _SpanSerializer(serializers.Serializer):
    """The days of a report, both inclusive."""

    as_of = serializers.DateField(allow_null=True)
    currency = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which no Python name can spell."""
        return {"from": serializers.DateField(allow_null=True), **super().get_fields()}


class TrialBalanceSerializer(_SpanSerializer):
    """Every account that moved, and the totals of both sides, which are equal."""

    debit_total = serializers.CharField()
    credit_total = serializers.CharField()
    rows = TrialBalanceRowSerializer(many=True)


class GeneralLedgerRowSerializer(serializers.Serializer):
    """A line of the account, and the balance after it."""

    accounting_date = serializers.DateField()
    entry_id = serializers.UUIDField()
    line_no = serializers.IntegerField()
    entry_label = serializers.CharField()
    reference = serializers.CharField(allow_null=True)
    narration = serializers.CharField(allow_null=True)
    party = serializers.CharField(allow_null=True)
    debit = serializers.CharField(allow_null=True)
    credit = serializers.CharField(allow_null=True)
    running_balance = serializers.CharField()


class GeneralLedgerSerializer(_SpanSerializer):
    """A page of the account, oldest line first; `opening_balance` stands before its first line."""

    account = serializers.CharField()
    account_name = serializers.CharField()
    opening_balance = serializers.CharField()
    items = GeneralLedgerRowSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
