# SPDX-License-Identifier: Apache-2.0
"""Rows that plugins may read: rooms say which entities they have, which fields, and how rows are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from cortex.ports.principal import Principal


class FieldType(StrEnum):
    """What a field holds, as JSON tells it: dates and instants are ISO texts, amounts whole minor units."""

    ID = "id"
    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Bound:
    """A field compared with a value of its own type: equal, at least (`from`), or below (`to`)."""

    field: str
    comparison: str
    value: Any


class ReadRows(Protocol):
    """How a room reads rows, newest first."""

    def __call__(
        self,
        *,
        company_id: UUID,
        fields: Sequence[str],
        where: Sequence[Bound],
        limit: int,
        reader: Principal,
    ) -> list[dict[str, Any]]:
        """Return those that the reader may see, with the fields asked for; values are Python's."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableEntity:
    """One entity, such as `accounting.journal_entry`.

    Whoever reads needs `action` in the company; the reader leaves out the rows that policies hide.
    Fields in `unsearchable` can be read, and not compared.
    """

    name: str
    title: str
    action: str
    fields: Mapping[str, FieldType]
    read: ReadRows
    unsearchable: frozenset[str] = frozenset()


_entities: dict[str, ReadableEntity] = {}


def readable(*entities: ReadableEntity) -> None:
    """Register entities; call it in `AppConfig.ready`."""
    _entities.update({each.name: each for each in entities})


def readable_entity(name: str) -> ReadableEntity | None:
    """Return the entity, or None where no room has it."""
    return _entities.get(name)


def all_readable() -> list[ReadableEntity]:
    """Return every entity, by name."""
    return [_entities[name] for name in sorted(_entities)]
