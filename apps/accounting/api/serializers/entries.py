# SPDX-License-Identifier: Apache-2.0
"""Journal entries as they come in and go out. Amounts are decimal strings, on one side of a line."""

from typing import Any

from rest_framework import serializers

from apps.accounting.api.serializers.fields import (
    BookDateField,
    CodeField,
)
from apps.accounting.domain.account_draft import CODE_CHARACTERS_MAX
from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import (
    LINES_MAX,
    NARRATION_CHARACTERS_MAX,
    PARTY_CHARACTERS_MAX,
    REFERENCE_CHARACTERS_MAX,
)
from cortex.api.serializers import AmountField, StrictBooleanField, StrictSerializer, TextField

BATCH_ENTRIES_MAX = 1_000
SIDES = ("debit", "credit")


class LineToPostSerializer(StrictSerializer):
    """A line: an account and exactly one of `debit` and `credit`."""

    account = CodeField(max_length=CODE_CHARACTERS_MAX)
    debit = AmountField(required=False)
    credit = AmountField(required=False)
    currency = TextField(
        required=False, min_length=3, max_length=3, help_text="The ledger's currency unless given."
    )
    party = CodeField(required=False, max_length=PARTY_CHARACTERS_MAX)
    narration = TextField(required=False, max_length=NARRATION_CHARACTERS_MAX)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a line on both sides or on none, and a sign: the side says it."""
        sides = [side for side in SIDES if side in attrs]
        if len(sides) != 1:
            raise serializers.ValidationError("Expected exactly one of debit and credit.", code="side")
        if attrs[sides[0]].startswith("-"):
            message = "Expected an amount without a sign; put it on the other side."
            raise serializers.ValidationError({sides[0]: [message]}, code="sign")
        return attrs


class EntryToPostSerializer(StrictSerializer):
    """An entry of a batch. A `reference` identifies it in its journal: the same content posts once."""

    accounting_date = BookDateField()
    narration = TextField(max_length=NARRATION_CHARACTERS_MAX)
    reference = CodeField(max_length=REFERENCE_CHARACTERS_MAX, required=False)
    lines = serializers.ListField(child=LineToPostSerializer(), min_length=2, max_length=LINES_MAX)


class JournalEntryToPostSerializer(EntryToPostSerializer):
    """An entry and the journal that it goes to."""

    journal = CodeField(default=GENERAL, max_length=20)


class BatchToPostSerializer(StrictSerializer):
    """Entries of one journal, posted in this order, all or none."""

    journal = CodeField(default=GENERAL, max_length=20)
    entries = serializers.ListField(child=EntryToPostSerializer(), min_length=1, max_length=BATCH_ENTRIES_MAX)


class ReversalToPostSerializer(StrictSerializer):
    """When the reversal counts and what it says; the entry's own date unless given."""

    accounting_date = BookDateField(required=False)
    narration = TextField(required=False, max_length=NARRATION_CHARACTERS_MAX)
    is_cancellation = StrictBooleanField(
        default=False, help_text="Take the amounts from their sides (red storno)."
    )


class LineSerializer(serializers.Serializer):
    """A posted line; the side that it does not stand on is null."""

    line_no = serializers.IntegerField()
    account = serializers.CharField()
    account_name = serializers.CharField()
    debit = serializers.CharField(allow_null=True)
    credit = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    party = serializers.CharField(allow_null=True)
    narration = serializers.CharField(allow_null=True)


class JournalEntrySerializer(serializers.Serializer):
    """A posted entry. `narration` is null once it was erased."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of the answer, not of the class
    journal = serializers.CharField()
    fiscal_year = serializers.CharField()
    number = serializers.IntegerField()
    accounting_date = serializers.DateField()
    reference = serializers.CharField(allow_null=True)
    narration = serializers.CharField(allow_null=True)
    total = serializers.CharField()
    currency = serializers.CharField()
    reverses_id = serializers.UUIDField(allow_null=True)
    reversed_by_id = serializers.UUIDField(allow_null=True)
    is_cancellation = serializers.BooleanField()
    posted_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    lines = LineSerializer(many=True)


class JournalEntryPageSerializer(serializers.Serializer):
    """A page of entries, newest first."""

    items = JournalEntrySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PostedEntrySerializer(serializers.Serializer):
    """What became of an entry of a batch; `was_posted` is false where the reference stood there before."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    accounting_date = serializers.DateField()
    reference = serializers.CharField(allow_null=True)
    was_posted = serializers.BooleanField()


class PostedBatchSerializer(serializers.Serializer):
    """The batch, in its order."""

    items = PostedEntrySerializer(many=True)


class AuditLeafSerializer(serializers.Serializer):
    """A leaf: `leaf_hash` is the hexadecimal SHA-256 over a zero byte and the exact text of `body`."""

    leaf_id = serializers.UUIDField()
    verb = serializers.CharField()
    actor = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    leaf_hash = serializers.CharField()
    body = serializers.CharField()
    digest = serializers.CharField(allow_null=True)
    leaf_index = serializers.IntegerField(allow_null=True)


class AuditLeavesSerializer(serializers.Serializer):
    """The leaves of one entry, oldest first."""

    items = AuditLeafSerializer(many=True)
