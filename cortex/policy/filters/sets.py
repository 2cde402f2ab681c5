# SPDX-License-Identifier: Apache-2.0
"""Sets: a known one that holds what a column says, and one of the object that holds a known value."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from cortex.policy.filters.columns import Column, EntityColumns, Virtual
from cortex.policy.filters.comparisons import is_equal
from cortex.policy.filters.errors import not_filterable
from cortex.policy.filters.operands import (
    ANYTHING,
    Expression,
    Known,
    column_at,
    known_of,
    members_of,
    path_of,
    stored,
)
from cortex.policy.filters.truth import Condition, both, either

OPERATORS = frozenset({"contains", "containsAny", "containsAll"})


def held(operator: str, operands: Mapping[str, Any], *, table: EntityColumns) -> Condition:
    """Return where the set holds what is asked for; raises PolicyMustBeFilterable."""
    left, right = operands["left"], operands["right"]
    if operator == "contains" and path_of(right) is not None:
        return _holds_the_column(left, right, table=table)
    path = path_of(left)
    if path is None and operator == "containsAny" and path_of(right) is not None:
        path, right = path_of(right), left  # it reads the same from both sides
    if path is None:
        return _holds_one_of_the_object(operator, left, right, table=table)
    virtual = virtual_at(path, table=table)
    wanted = [known_of(right, table=table)] if operator == "contains" else members_of(right, table=table)
    found: Condition = operator != "containsAny"
    for known in wanted:
        one = _in_table(virtual, known) if virtual else _in_column(path, operands, known, table=table)
        found = either(found, one) if operator == "containsAny" else both(found, one)
    return found


def virtual_at(path: tuple[str, ...] | None, *, table: EntityColumns) -> Virtual | None:
    """Return the set in another table that a path names, or None."""
    found = table.attributes.get(".".join(path)) if path else None
    return found if isinstance(found, Virtual) else None


def _holds_the_column(left: Expression, right: Expression, *, table: EntityColumns) -> Condition:
    path = path_of(right) or ()
    column = (
        column_at(path, table=table, expression=right)
        if path
        else Column(table.id.lookup, table.entity_type, stored=table.id.stored)
    )
    found: Condition = False
    for known in members_of(left, table=table):
        found = either(found, is_equal(column, known, expression=left))
    return found


def _holds_one_of_the_object(
    operator: str, left: Expression, right: Expression, *, table: EntityColumns
) -> Condition:
    """Return where a set that is written with the object's attributes, `[resource.author]`, holds a value."""
    if operator != "contains" or "Set" not in left:
        raise not_filterable(
            left, entity_type=table.entity_type, expected="a set of the object or a known one"
        )
    wanted = known_of(right, table=table)
    found: Condition = False
    for member in left["Set"]:
        path = path_of(member)
        if path:
            column = column_at(path, table=table, expression=member)
            found = either(found, is_equal(column, wanted, expression=left))
        else:
            found = either(found, known_of(member, table=table) == wanted)
    return found


def _in_table(virtual: Virtual, known: Known) -> Condition:
    if known is ANYTHING:
        return virtual.holds("")
    return virtual.holds(known.value) if known.entity_type == virtual.entity_type else False


def _in_column(
    path: tuple[str, ...], expression: Expression, known: Known, *, table: EntityColumns
) -> Condition:
    column = column_at(path, table=table, expression=expression)
    if not column.is_set:
        raise not_filterable(expression, entity_type=table.entity_type, expected="an attribute that is a set")
    if known is not ANYTHING and known.entity_type != column.entity_type:
        return False
    return Q(**{f"{column.lookup}__contains": [stored(known, column)]})
