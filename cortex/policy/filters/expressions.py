# SPDX-License-Identifier: Apache-2.0
"""One boolean expression about an unknown object, as a condition on the rows of its table."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from cortex.policy.filters import comparisons, sets
from cortex.policy.filters.columns import Column, EntityColumns
from cortex.policy.filters.errors import not_filterable
from cortex.policy.filters.operands import Expression, column_at, members_of, path_of
from cortex.policy.filters.truth import Condition, both, either, negated

Translator = Callable[[EntityColumns, Mapping[str, Any]], Condition]


def condition_of(expression: Expression, *, table: EntityColumns) -> Condition:
    """Return where the expression holds; raises PolicyMustBeFilterable.

    The expression is sound under the schema: optional attributes are read only behind a `has`, so a NULL
    behind it decides nothing.
    """
    if isinstance(expression.get("Value"), bool):
        return bool(expression["Value"])
    if "Concrete" in expression:
        return Q(pk__isnull=False)  # either, depending on the question: folds nothing away
    path = path_of(expression)
    if path:
        return comparisons.is_true(column_at(path, table=table, expression=expression))
    ((operator, operands),) = expression.items() if len(expression) == 1 else (("", {}),)
    translator = _OPERATORS.get(operator)
    if translator is None:
        raise not_filterable(
            expression, entity_type=table.entity_type, expected="an operator that lists know"
        )
    return translator(table, operands)


def _and(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    left = condition_of(operands["left"], table=table)
    # What stands behind a no is never read: it may speak of attributes that this type does not have.
    return False if left is False else both(left, condition_of(operands["right"], table=table))


def _or(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    left = condition_of(operands["left"], table=table)
    return True if left is True else either(left, condition_of(operands["right"], table=table))


def _not(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    return negated(condition_of(operands["arg"], table=table))


def _if(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    asked = condition_of(operands["if"], table=table)
    if isinstance(asked, bool):
        return condition_of(operands["then" if asked else "else"], table=table)
    then, otherwise = (condition_of(operands[name], table=table) for name in ("then", "else"))
    return either(both(asked, then), both(negated(asked), otherwise))


def _is(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    path = path_of(operands["left"])
    if path is None:
        raise not_filterable(operands, entity_type=table.entity_type, expected="`is` of the object")
    column = column_at(path, table=table, expression=operands) if path else None
    is_of_type: Condition = operands["entity_type"] == (column.entity_type if column else table.entity_type)
    if "in" in operands:
        is_of_type = both(is_of_type, _in(table, {"left": operands["left"], "right": operands["in"]}))
    return is_of_type


def _in(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    if path_of(operands["left"]) != ():
        raise not_filterable(operands, entity_type=table.entity_type, expected="`in` of the object itself")
    found: Condition = False
    for member in members_of(operands["right"], table=table):
        itself = Column(table.id.lookup, table.entity_type, stored=table.id.stored)
        for column in (itself, *table.parents.values()):
            found = either(found, comparisons.is_equal(column, member, expression=operands))
    return found


def _has(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    path = path_of(operands["left"])
    if path is None:
        raise not_filterable(operands, entity_type=table.entity_type, expected="`has` of the object")
    whole = (*path, operands["attr"])
    if sets.virtual_at(whole, table=table) is not None:
        return True
    column = column_at(whole, table=table, expression=operands)
    return True if column.presence is None else column.presence


def _like(table: EntityColumns, operands: Mapping[str, Any]) -> Condition:
    path = path_of(operands["left"])
    if not path:
        raise not_filterable(operands, entity_type=table.entity_type, expected="`like` of an attribute")
    return comparisons.is_like(column_at(path, table=table, expression=operands), operands["pattern"])


def _compared(operator: str) -> Translator:
    return lambda table, operands: comparisons.compared(operator, operands, table=table)


def _held(operator: str) -> Translator:
    return lambda table, operands: sets.held(operator, operands, table=table)


_OPERATORS: Mapping[str, Translator] = {
    "&&": _and,
    "||": _or,
    "!": _not,
    "if-then-else": _if,
    "is": _is,
    "in": _in,
    "has": _has,
    "like": _like,
    **{operator: _compared(operator) for operator in comparisons.OPERATORS},
    **{operator: _held(operator) for operator in sets.OPERATORS},
}
