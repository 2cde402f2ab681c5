# SPDX-License-Identifier: Apache-2.0
"""How a value is read, shown and counted: one reader for each kind of value, kept beside its field.

Values come as texts, or as lists of texts where a file has a list; a type is never guessed from how a
text looks, so `off`, `1e3` and `010` mean the same in every source.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, SecretStr
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
MASK = "********"
# What stands in the digest for a place on this machine: the same program may lie elsewhere on another.
PATH_OF_THE_MACHINE = "<path>"


class Unexpected(ValueError):
    """What a reader was given is not what it expects; says what it expects, never what it got."""


@dataclass(frozen=True)
class Reader:
    """A text of any content."""

    is_secret: ClassVar[bool] = False

    def read(self, given: object) -> Any:
        """Return the typed value; raises Unexpected."""
        if not isinstance(given, str):
            raise Unexpected("a text")
        return given

    def shown(self, value: Any) -> str:
        """Return what a person may see."""
        return str(value)

    def counted(self, value: Any) -> Any:
        """Return what counts into the digest: JSON, without secrets and without places of this machine."""
        return value

    def secrets_in(self, value: Any) -> tuple[str, ...]:
        """Return the texts that must never be written anywhere."""
        return ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read before pydantic compares with the annotation."""
        return core_schema.no_info_before_validator_function(self._validated, handler(source))

    def _validated(self, given: object) -> Any:
        try:
            return self.read(given)
        except Unexpected as error:
            raise PydanticCustomError("unexpected", "{expected}", {"expected": str(error)}) from None


Text = Reader


@dataclass(frozen=True)
class Flag(Reader):
    """Yes or no: 1, true, yes, on; 0, false, no, off."""

    def read(self, given: object) -> bool:
        """Return the truth of one of the words."""
        word = given.strip().lower() if isinstance(given, str) else None
        if word not in WORDS:
            raise Unexpected(f"one of {', '.join(WORDS)}")
        return WORDS[word]

    def shown(self, value: bool) -> str:
        """Return `on` or `off`."""
        return "on" if value else "off"


@dataclass(frozen=True)
class Whole(Reader):
    """A whole number of at least `minimum`."""

    minimum: int = 0

    def read(self, given: object) -> int:
        """Return the number."""
        text = given.strip() if isinstance(given, str) else ""
        # Beyond eighteen digits no setting means anything, and canonical JSON has no such number.
        if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) < self.minimum:
            raise Unexpected(f"a whole number of at least {self.minimum}")
        return int(text)


@dataclass(frozen=True)
class OneOf(Reader):
    """One of a few words."""

    options: tuple[str, ...] = ()

    def read(self, given: object) -> str:
        """Return the word."""
        if not isinstance(given, str) or given not in self.options:
            raise Unexpected(f"one of {', '.join(self.options)}")
        return given


@dataclass(frozen=True)
class Listed(Reader):
    """Texts: separated by commas, or a list where a file has one."""

    def read(self, given: object) -> tuple[str, ...]:
        """Return the texts without surrounding space and without empty ones."""
        parts = given.split(",") if isinstance(given, str) else given
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise Unexpected("a list of texts, or texts separated by commas")
        return tuple(part.strip() for part in parts if part.strip())

    def shown(self, value: Sequence[str]) -> str:
        """Return the texts, separated by commas."""
        return ",".join(value)

    def counted(self, value: Sequence[str]) -> list[str]:
        """Return the texts."""
        return list(value)


@dataclass(frozen=True)
class JsonObject(Reader):
    """A JSON object in one text, whose keys differ at every depth."""

    def read(self, given: object) -> dict[str, Any]:
        """Return the object."""
        try:
            value = (
                json.loads(given, object_pairs_hook=_of_different_keys) if isinstance(given, str) else None
            )
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Unexpected("a JSON object whose keys differ")
        return value

    def shown(self, value: Mapping[str, Any]) -> str:
        """Return the object with its keys in order."""
        return json.dumps(value, sort_keys=True)

    def counted(self, value: Mapping[str, Any]) -> str:
        """Return the same text for the same object, whatever the order of its keys."""
        return self.shown(value)


def _of_different_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


@dataclass(frozen=True)
class Place(Reader):
    """A path on this machine; empty stands for none."""

    def counted(self, value: str) -> str:
        """Return whether there is one: where it lies changes nothing in what the program does."""
        return PATH_OF_THE_MACHINE if value else ""


@dataclass(frozen=True)
class Places(Listed):
    """Paths on this machine, separated by commas."""

    def counted(self, value: Sequence[str]) -> list[str]:
        """Return how many there are: where they lie changes nothing in what the program does."""
        return [PATH_OF_THE_MACHINE for _ in value]


@dataclass(frozen=True)
class Secret(Reader):
    """A text that nobody may see."""

    is_secret: ClassVar[bool] = True

    def shown(self, value: SecretStr) -> str:
        """Return a mask of one length, or nothing where there is no secret."""
        return MASK if value.get_secret_value() else ""

    def counted(self, value: SecretStr) -> str:
        """Return whether there is one."""
        return "set" if value.get_secret_value() else "unset"

    def secrets_in(self, value: SecretStr) -> tuple[str, ...]:
        """Return the secret."""
        return (value.get_secret_value(),)


@dataclass(frozen=True)
class SecretList(Listed):
    """Secrets: separated by commas."""

    is_secret: ClassVar[bool] = True

    def shown(self, value: Sequence[SecretStr]) -> str:  # type: ignore[override]
        """Return a mask for each."""
        return ",".join(MASK for _ in value)

    def counted(self, value: Sequence[SecretStr]) -> str:  # type: ignore[override]
        """Return whether there is one: how many former keys still count is nobody's business."""
        return "set" if value else "unset"

    def secrets_in(self, value: Sequence[SecretStr]) -> tuple[str, ...]:
        """Return the secrets."""
        return tuple(secret.get_secret_value() for secret in value)


def home_of_the_program() -> Path:
    """Return the directory in which the program's packages lie."""
    return Path(__file__).resolve().parents[3]
