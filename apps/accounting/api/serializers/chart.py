# SPDX-License-Identifier: Apache-2.0
"""Accounts, parties and journals."""

from rest_framework import serializers

from apps.accounting.api.serializers.fields import (
    CodeField,
)
from apps.accounting.domain.account_draft import (
    ACCOUNT_TYPES,
    CODE_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
)
from apps.accounting.domain.journal_entry import PARTY_CHARACTERS_MAX
from cortex.api.queries import PageQuery
from cortex.api.serializers import StrictBooleanField, StrictSerializer


class AccountToCreateSerializer(StrictSerializer):
    """An account to add to the chart; a `:` in its code makes the tree."""

    code = CodeField(max_length=CODE_CHARACTERS_MAX)
    name = CodeField(max_length=NAME_CHARACTERS_MAX)
    type = serializers.ChoiceField(choices=ACCOUNT_TYPES)
    is_bank_or_cash = StrictBooleanField(default=False)


class AccountToChangeSerializer(StrictSerializer):
    """What may change of an account; its code and type never do."""

    name = CodeField(max_length=NAME_CHARACTERS_MAX, required=False)
    is_active = StrictBooleanField(required=False)


class LedgerSerializer(serializers.Serializer):
    """The books of the company."""

    code = serializers.CharField()
    name = serializers.CharField()
    base_currency = serializers.CharField()
    fiscal_year_start_month = serializers.IntegerField()
    locale = serializers.CharField()


class AccountSerializer(serializers.Serializer):
    """An account of the chart."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=ACCOUNT_TYPES)
    parent_id = serializers.UUIDField(allow_null=True)
    is_bank_or_cash = serializers.BooleanField()
    is_active = serializers.BooleanField()


class PartyQuery(PageQuery):
    """Which parties."""

    name = serializers.CharField(
        required=False,
        trim_whitespace=False,
        max_length=PARTY_CHARACTERS_MAX,
        help_text="Only the party of exactly this name, letter by letter.",
    )


class PartySerializer(serializers.Serializer):
    """Whom the company deals with."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class JournalSerializer(serializers.Serializer):
    """A book of first entry."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()


class AccountPageSerializer(serializers.Serializer):
    """A page of accounts by code."""

    items = AccountSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PartyPageSerializer(serializers.Serializer):
    """A page of parties in the order in which they came."""

    items = PartySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class JournalPageSerializer(serializers.Serializer):
    """A page of journals by code."""

    items = JournalSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
