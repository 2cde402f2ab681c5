# SPDX-License-Identifier: Apache-2.0
"""Conditions and rows between a plugin's JSON and the types of fields."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.plugins.domain.host_backend import Comparison, Condition
from apps.plugins.domain.host_errors import ReadableMustBeKnown
from apps.plugins.domain.host_request import malformed
from cortex.ports.readable_entities import Bound, FieldType, ReadableEntity, readable_entity

# Read from JSON: the type of the value, how it is read, and what a plugin is told that was expected.
_READ: Mapping[FieldType, tuple[type, Callable[[Any], Any], str]] = {
    FieldType.ID: (str, UUID, "an id"),
    FieldType.TEXT: (str, str, "a text"),
    FieldType.DATE: (str, date.fromisoformat, "a date such as 2026-01-31"),
    FieldType.INSTANT: (str, datetime.fromisoformat, "an instant such as 2026-01-31T12:00:00+00:00"),
    FieldType.INTEGER: (int, int, "a whole number"),
    FieldType.BOOLEAN: (bool, bool, "true or false"),
}
_EQUAL_ALONE = (FieldType.ID, FieldType.BOOLEAN)


def known_entity(*, name: str, fields: Sequence[str]) -> ReadableEntity:
    """Return the entity with these fields; raises ReadableMustBeKnown."""
    entity = readable_entity(name)
    if entity is None:
        raise _unknown(name, "an entity of this release")
    if strange := sorted(set(fields) - set(entity.fields)):
        raise _unknown(f"{name}, {strange[0]}", f"one of {', '.join(sorted(entity.fields))}")
    return entity


def bound_of(*, entity: ReadableEntity, condition: Condition) -> Bound:
    """Return the condition with a value of the field's own type; raises HostRequestMustBeWellFormed."""
    kind = entity.fields[condition.field]
    is_searchable = condition.field not in entity.unsearchable
    if not is_searchable or (kind in _EQUAL_ALONE and condition.comparison is not Comparison.EQUAL):
        raise malformed(condition.name, "a field that can be compared so")
    wanted, read, expected = _READ[kind]
    if type(condition.value) is not wanted:
        raise malformed(condition.name, expected)
    try:
        value = read(condition.value)
    except ValueError:
        raise malformed(condition.name, expected) from None
    if kind is FieldType.INSTANT and value.tzinfo is None:
        raise malformed(condition.name, expected)
    return Bound(condition.field, str(condition.comparison), value)


def told_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as JSON tells it."""
    return {name: _told(value) for name, value in row.items()}


def _told(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _unknown(got: str, expected: str) -> ReadableMustBeKnown:
    return ReadableMustBeKnown(
        f"Request for {got}: expected {expected}.", evidence={"object": got, "expected": expected}
    )
