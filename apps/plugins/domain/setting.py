# SPDX-License-Identifier: Apache-2.0
"""What an administrator sets for a plugin: a form's fields, and whether values fit them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | int | bool | list[str]
# Which types a bound is of; elsewhere it would say something that nothing holds.
BOUNDED_TYPES = {
    "choices": ("string", "list"),
    "length_max": ("string",),
    "minimum": ("integer",),
    "maximum": ("integer",),
}
ITEMS_MAX, ITEM_LENGTH_MAX, LENGTH_MAX = 200, 200, 500


@dataclass(frozen=True, slots=True)
class Setting:
    """One field. `minimum` and `maximum` bound integers, `length_max` and `choices` texts."""

    name: str
    title: str
    type: str
    description: str = ""
    required: bool = False
    default: Value | None = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    length_max: int = LENGTH_MAX

    @classmethod
    def of_manifest(cls, name: str, written: Mapping[str, Any]) -> "Setting":
        """Return the field that a manifest describes under this name."""
        return cls(name=name, **{**written, "choices": tuple(written.get("choices", ()))})

    def expected(self, value: Any) -> str | None:
        """Return what was expected where the value does not fit, or None."""
        match self.type, value:
            case "boolean", bool():
                return None
            case "integer", int() if not isinstance(value, bool):
                return self._expected_number(value)
            case "list", list():
                return self._expected_texts(value)
            case "string", str():
                return self._expected_text(value, self.length_max)
        return f"type {self.type}"

    def _expected_texts(self, value: list[Any]) -> str | None:
        if len(value) > ITEMS_MAX or not all(isinstance(each, str) for each in value):
            return f"at most {ITEMS_MAX} texts"
        return next((told for each in value if (told := self._expected_text(each, ITEM_LENGTH_MAX))), None)

    def _expected_number(self, value: int) -> str | None:
        if self.minimum is not None and value < self.minimum:
            return f"at least {self.minimum}"
        return f"at most {self.maximum}" if self.maximum is not None and value > self.maximum else None

    def _expected_text(self, value: str, length_max: int) -> str | None:
        if len(value) > length_max:
            return f"at most {length_max} characters"
        if self.choices and value not in self.choices:
            return f"one of {', '.join(self.choices)}"
        return None


def default_values(settings: Mapping[str, Setting]) -> dict[str, Value]:
    """Return the settings of a company that has set none."""
    return {name: each.default for name, each in settings.items() if each.default is not None}
