# SPDX-License-Identifier: Apache-2.0
"""The operands of a policy's expressions: what the unknown object has, and what is known already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cortex.policy.filters.columns import Column, EntityColumns
from cortex.policy.filters.errors import not_filterable

Expression = Mapping[str, Any]
_UNKNOWN = [{"Value": "resource"}]


@dataclass(frozen=True, slots=True)
class Known:
    """A value that does not depend on the object. `entity_type` is set where it refers to an entity."""

    value: Any
    entity_type: str | None = None


class _Anything:
    """Stands for a value that is known only with a question; no column is compared with it for real."""


ANYTHING = Known(_Anything())
# What an expression is replaced by that says nothing about the object: see filterable.py.
PLACEHOLDER: Expression = {"Concrete": True}


def path_of(expression: Expression) -> tuple[str, ...] | None:
    """Return the attribute path from the object to what the expression names, or None for anything else."""
    path: list[str] = []
    while "." in expression:
        path.append(expression["."]["attr"])
        expression = expression["."]["left"]
    is_object = expression.get("unknown") == _UNKNOWN or expression.get("Var") == "resource"
    return tuple(reversed(path)) if is_object else None


def column_at(path: tuple[str, ...], *, table: EntityColumns, expression: Expression) -> Column:
    """Return the column of a path; raises PolicyMustBeFilterable."""
    found = table.attributes.get(".".join(path)) if path else table.id
    if not isinstance(found, Column):
        raise not_filterable(
            expression, entity_type=table.entity_type, expected="an attribute that is a column of the list"
        )
    return found


def known_of(expression: Expression, *, table: EntityColumns) -> Known:
    """Return the value of an expression that does not depend on the object; raises PolicyMustBeFilterable."""
    if "Concrete" in expression:
        return ANYTHING
    value = expression.get("Value")
    if isinstance(value, Mapping) and "__entity" in value:
        return Known(value["__entity"]["id"], value["__entity"]["type"])
    if isinstance(value, bool | int | str):
        return Known(value)
    raise not_filterable(
        expression, entity_type=table.entity_type, expected="a value that does not depend on the object"
    )


def members_of(expression: Expression, *, table: EntityColumns) -> list[Known]:
    """Return the members of a set that is known; raises PolicyMustBeFilterable."""
    if "Concrete" in expression:
        return [ANYTHING]
    value = expression.get("Value")
    members = expression.get("Set", [{"Value": each} for each in value] if isinstance(value, list) else None)
    if members is None:
        return [known_of(expression, table=table)]
    return [known_of(each, table=table) for each in members]


def stored(known: Known, column: Column) -> Any:
    """Return what the column would hold of a value."""
    return known.value if known is ANYTHING else column.stored(known.value)
