# SPDX-License-Identifier: Apache-2.0
"""Comparisons of a column with a value or with another column."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from cortex.policy.filters.columns import Column, EntityColumns
from cortex.policy.filters.errors import PolicyMustBeFilterable, not_filterable
from cortex.policy.filters.operands import (
    ANYTHING,
    Expression,
    Known,
    column_at,
    known_of,
    path_of,
    stored,
)
from cortex.policy.filters.truth import Condition, negated

_LOOKUPS = {"==": "", "!=": "", "<": "__lt", "<=": "__lte", ">": "__gt", ">=": "__gte"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPERATORS = frozenset(_LOOKUPS)


def compared(operator: str, operands: Mapping[str, Any], *, table: EntityColumns) -> Condition:
    """Return where the comparison holds; raises PolicyMustBeFilterable."""
    left, right = operands["left"], operands["right"]
    path, other = path_of(left), path_of(right)
    if path is None:
        operator, path, other, right = _MIRRORED.get(operator, operator), other, path, left
    if path is None:
        raise not_filterable(operands, entity_type=table.entity_type, expected="a comparison with the object")
    column = _itself(table) if path == () else column_at(path, table=table, expression=operands)
    if other is not None:
        return _with_column(operator, column, column_at(other, table=table, expression=operands))
    known = known_of(right, table=table)
    if operator in ("==", "!="):
        equal = is_equal(column, known, expression=operands)
        return equal if operator == "==" else negated(equal)
    return _present(column, Q(**{column.lookup + _LOOKUPS[operator]: stored(known, column)}))


def is_equal(column: Column, known: Known, *, expression: Expression) -> Condition:
    """Return where the column holds the value; entities of two types never are the same."""
    if known is ANYTHING:
        return _present(column, Q(**{f"{column.lookup}__isnull": False}))
    if known.entity_type != column.entity_type:
        return False
    try:
        return _present(column, Q(**{column.lookup: stored(known, column)}))
    except ValueError as error:
        raise _unlike(column, expression) from error


def is_true(column: Column) -> Condition:
    """Return where a column of yes and no says yes."""
    return _present(column, Q(**{column.lookup: True}))


def is_like(column: Column, pattern: Sequence[Any]) -> Condition:
    """Return where the text matches a pattern of texts and wildcards."""
    parts = [".*" if part == "Wildcard" else re.escape(part["Literal"]) for part in pattern]
    return _present(column, Q(**{f"{column.lookup}__regex": f"^{''.join(parts)}$"}))


def _with_column(operator: str, column: Column, other: Column) -> Condition:
    if operator in ("==", "!=") and column.entity_type != other.entity_type:
        return operator == "!="
    found = _present(other, _present(column, Q(**{column.lookup + _LOOKUPS[operator]: F(other.lookup)})))
    return negated(found) if operator == "!=" else found


def _itself(table: EntityColumns) -> Column:
    return Column(table.id.lookup, table.entity_type, stored=table.id.stored)


def _present(column: Column, condition: Q) -> Q:
    """Make the condition a no where the attribute is missing, so that its opposite is a yes there."""
    return condition if column.presence is None else column.presence & condition


def _unlike(column: Column, expression: Expression) -> PolicyMustBeFilterable:
    return not_filterable(
        expression,
        entity_type=column.entity_type or "the object",
        expected=f"a value like those of {column.lookup}",
    )
