# SPDX-License-Identifier: Apache-2.0
"""Fiscal years and periods."""

from rest_framework import serializers

from apps.accounting.api.serializers.fields import (
    BookDateField,
)
from apps.accounting.domain.period_state import PeriodState
from cortex.api.serializers import StrictBooleanField, StrictSerializer, TextField

REASON_CHARACTERS_MAX = 500


class FiscalYearToOpenSerializer(StrictSerializer):
    """Any day of the fiscal year to open."""

    day = BookDateField()


class PeriodReasonSerializer(StrictSerializer):
    """Why a period changes its state; the log keeps a commitment to it."""

    reason = TextField(max_length=REASON_CHARACTERS_MAX, required=False, default="", allow_blank=True)


class PeriodToCloseSerializer(PeriodReasonSerializer):
    """How to close: softly, so that a controller may still post, or for everybody."""

    is_soft = StrictBooleanField(default=False)


class FiscalYearSerializer(serializers.Serializer):
    """A fiscal year; both dates are inclusive."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()


class PeriodSerializer(serializers.Serializer):
    """A fiscal period; both dates are inclusive."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    state = serializers.ChoiceField(choices=[state.value for state in PeriodState])
    fiscal_year_code = serializers.CharField()


class FiscalYearPageSerializer(serializers.Serializer):
    """A page of fiscal years, oldest first."""

    items = FiscalYearSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PeriodPageSerializer(serializers.Serializer):
    """A page of periods, oldest first."""

    items = PeriodSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
