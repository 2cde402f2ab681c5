# SPDX-License-Identifier: Apache-2.0
"""Bodies that say exactly what the contract says, and nothing more."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers

_AMOUNT = re.compile(r"\A-?[0-9]{1,18}(\.[0-9]{1,4})?\Z", re.ASCII)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that the contract does not know: a typo must not be silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; an unknown field is an error of its own."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError(
                {name[:80]: ["This field is not known here."] for name in unknown[:20]}, code="unknown_field"
            )
        if isinstance(data, MultiValueDict):
            self._require_once(data)
        return super().to_internal_value(data)

    def _require_once(self, data: MultiValueDict[str, Any]) -> None:
        twice = sorted(name for name, values in data.lists() if len(values) != 1)
        if twice:
            raise serializers.ValidationError(
                {name[:80]: ["Expected this field once."] for name in twice[:20]}, code="repeated_field"
            )


class TextField(serializers.CharField):
    """A text that came as a text: a number or a truth value is not turned into one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; NUL is refused by the base class."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class AmountField(serializers.CharField):
    """An amount as a decimal string such as `-1234.50`; its currency decides how many decimals fit."""

    default_error_messages = {"amount": "Expected a decimal string such as 1234.50, never a number."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=24, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text unchanged; `cortex.money.parse_amount` turns it into minor units."""
        if not isinstance(data, str) or not _AMOUNT.match(data):
            self.fail("amount")
        return data


class WholeField(serializers.IntegerField):
    """A whole number that came as one: no text, truth value or fraction is turned into it."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class StrictBooleanField(serializers.BooleanField):
    """True or false as JSON writes them; forms, which know texts only, write `true` and `false`."""

    WORDS = {"true": True, "false": False}

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth value; a number is none, and a text only in a form."""
        if isinstance(data, bool):
            return data
        if not isinstance(data, str) or data not in self.WORDS or not self._is_in_a_form():
            self.fail("invalid", input=str(data)[:80])
        return self.WORDS[data]

    def _is_in_a_form(self) -> bool:
        return isinstance(getattr(self.root, "initial_data", None), MultiValueDict)


class IdField(serializers.UUIDField):
    """An id that came as a text: a number would be read as the id of somebody."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id."""
        if not isinstance(data, str):
            self.fail("invalid", value=str(data)[:80])
        found: UUID = super().to_internal_value(data)
        return found
