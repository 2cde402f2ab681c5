# SPDX-License-Identifier: Apache-2.0
"""What goes out, and what amounts may come in."""

from collections import namedtuple
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError

from cortex.api.renderers import JsonRenderer, to_json
from cortex.api.serializers import AmountField

Pair = namedtuple("Pair", "left right")


class TestJson:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Decimal("0.10"), b'"0.10"'),
            (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), b'"2026-01-02T03:04:05Z"'),
            (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
            (Pair(1, 2), b"[1,2]"),
            (gettext_lazy("plain"), b'"plain"'),
        ],
    )
    def test_writes_values_that_python_has_and_json_has_not(self, value: object, text: bytes) -> None:
        assert to_json(value) == text

    def test_writes_nothing_for_an_answer_without_content(self) -> None:
        assert JsonRenderer().render(None) == b""


class TestAmount:
    @pytest.mark.parametrize("text", ["0", "-1234.50", "999999999999999999", "0.0001"])
    def test_passes_as_it_was_written(self, text: str) -> None:
        assert AmountField().run_validation(text) == text

    @pytest.mark.parametrize(
        "value", [1, 1.5, True, "", "1e3", "+1", "1,50", " 1", "1.", ".5", "NaN", "٣", "1" * 19]
    )
    def test_is_refused_when_two_readers_could_differ(self, value: object) -> None:
        with pytest.raises(ValidationError):
            AmountField().run_validation(value)
