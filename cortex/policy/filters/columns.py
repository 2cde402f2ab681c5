# SPDX-License-Identifier: Apache-2.0
"""How an entity type of the policies looks in the tables: contexts register it beside their entities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from cortex.policy.actions import ActionMustBeWellFormed

_registered: dict[str, "EntityColumns"] = {}


def _as_it_is(value: Any) -> Any:
    return value


def exact_uuid(text: str) -> UUID:
    """Return the id; raises ValueError for one that is written otherwise than ids of entities are.

    To the policies "0195B4A0-…" and "0195b4a0-…" are two, to the column they are one: neither is guessed.
    """
    found = UUID(text)
    if str(found) != text:
        raise ValueError(f"{text}: an id written otherwise than {found}")
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute in the ORM.

    `lookup` is the path that Django's filters know, along forward relations only. `entity_type` is set
    where the attribute refers to another entity, and `stored` makes of its id, or of the plain value, what
    the column holds. `present` is the condition under which an optional attribute is there; of a column that
    may be NULL it is that it is not.
    """

    lookup: str
    entity_type: str | None = None
    is_nullable: bool = False
    is_set: bool = False
    stored: Callable[[Any], Any] = _as_it_is
    present: Q | None = None

    @property
    def presence(self) -> Q | None:
        """Return the condition under which the attribute is there, or None where it always is."""
        if self.present is None and self.is_nullable:
            return Q(**{f"{self.lookup}__isnull": False})
        return self.present


@dataclass(frozen=True, slots=True)
class Virtual:
    """A set that lies in another table, such as the people to whom an object was shared.

    `holds` returns the condition that the set contains the entity of this id, as a sub-query.
    """

    entity_type: str
    holds: Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class EntityColumns:
    """One entity type. `actions` are those by which its lists are filtered; attribute paths are dotted.

    `parents` are the entities above an object, by their type: `resource in Cortex::Company::"…"`.
    """

    entity_type: str
    actions: frozenset[str]
    id: Column
    attributes: Mapping[str, Column | Virtual] = field(default_factory=dict)
    parents: Mapping[str, Column] = field(default_factory=dict)


def register_columns(*tables: EntityColumns) -> None:
    """Make the rows of these entity types filterable; raises ActionMustBeWellFormed for two that differ."""
    for table in tables:
        if _registered.setdefault(table.entity_type, table) is not table:
            raise ActionMustBeWellFormed(
                f"Columns of {table.entity_type}: expected one registration, got two.",
                evidence={"object": table.entity_type, "remedy": "register it once"},
            )


def columns_of(entity_type: str) -> EntityColumns | None:
    """Return the columns of an entity type, or None."""
    return _registered.get(entity_type)


def registered_columns() -> list[EntityColumns]:
    """Return every registration, by entity type."""
    return [_registered[name] for name in sorted(_registered)]
