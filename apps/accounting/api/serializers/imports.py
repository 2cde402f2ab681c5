# SPDX-License-Identifier: Apache-2.0
"""Imports of journals."""

from rest_framework import serializers

from cortex.api.serializers import StrictBooleanField, StrictSerializer


class JournalToImportSerializer(StrictSerializer):
    """A form with two CSV files; see the columns in the description of the operation."""

    accounts = serializers.FileField(required=False, allow_empty_file=True)
    journal = serializers.FileField(allow_empty_file=True)
    may_create = StrictBooleanField(
        default=False, help_text="Create the accounts and fiscal years that are missing."
    )
    dry_run = StrictBooleanField(default=False, help_text="Do everything, say what it was, and undo it.")


class ImportSummarySerializer(serializers.Serializer):
    """What an import did, or would do."""

    entries = serializers.IntegerField()
    lines = serializers.IntegerField()
    entries_posted = serializers.IntegerField()
    entries_known = serializers.IntegerField()
    accounts_created = serializers.IntegerField()
    fiscal_years_opened = serializers.ListField(child=serializers.CharField())
    total = serializers.CharField()
    currency = serializers.CharField()
    first_date = serializers.DateField(allow_null=True)
    last_date = serializers.DateField(allow_null=True)
    is_dry_run = serializers.BooleanField()
