# SPDX-License-Identifier: Apache-2.0
"""Before policies come into force: can each be asked of rows, whoever asks and whatever the situation?

At request time it would be too late: a list could then only stay empty. So each policy is tried with every
part that says nothing about the object taken for something that may be either.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cortex.policy.actions import Action, find_action
from cortex.policy.filters.columns import EntityColumns, registered_columns
from cortex.policy.filters.errors import PolicyMustBeFilterable
from cortex.policy.filters.expressions import condition_of
from cortex.policy.filters.operands import PLACEHOLDER, Expression
from cortex.policy.filters.residuals import conditions_hold

_OBJECT: Expression = {"Var": "resource"}
# Parts of an expression that are no expressions themselves.
_PLAIN = frozenset({"Var", "pattern", "attr", "entity_type"})


def what_lists_cannot_ask(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, PolicyMustBeFilterable]:
    """Return the refusals by policy id, none when every list can be filtered by these policies."""
    refused: dict[str, PolicyMustBeFilterable] = {}
    for policy_id, body in policies.items():
        for table in registered_columns():
            try:
                _try(body, table)
            except PolicyMustBeFilterable as error:
                refused.setdefault(policy_id, error)
    return refused


def _try(body: Mapping[str, Any], table: EntityColumns) -> None:
    if not any(_concerns(body["action"], action) for action in _actions(table)):
        return
    if condition_of(_head(body["resource"]), table=table) is False:
        return  # it is about objects of another type
    clauses = [{**clause, "body": _abstracted(clause["body"])} for clause in body["conditions"]]
    conditions_hold({"conditions": clauses}, table=table)


def _actions(table: EntityColumns) -> Iterable[Action]:
    found = [find_action(code) for code in sorted(table.actions)]
    return [action for action in found if action is not None]


def _concerns(head: Mapping[str, Any], action: Action) -> bool:
    if head["op"] == "All":
        return True
    named = head.get("entities") or [head["entity"]]
    group = "read" if action.is_read else "write"
    return any(each["id"] in (action.code, action.scope, group) for each in named)


def _head(head: Mapping[str, Any]) -> Expression:
    """Return what the head of a policy asks of the object, as an expression."""
    if head["op"] == "All":
        return {"Value": True}
    if head["op"] != "is":
        return {head["op"]: {"left": _OBJECT, "right": _entity(head)}}
    within = {"in": _entity(head["in"])} if "in" in head else {}
    return {"is": {"left": _OBJECT, "entity_type": head["entity_type"], **within}}


def _entity(head: Mapping[str, Any]) -> Expression:
    return {"Value": {"__entity": head["entity"]}}


def _abstracted(expression: Any) -> Any:
    """Return the expression with what depends on the question alone replaced by a placeholder."""
    if isinstance(expression, Mapping) and not _speaks_of_the_object(expression):
        return expression if _is_literal(expression) else PLACEHOLDER
    if isinstance(expression, Mapping):
        return {name: part if name in _PLAIN else _abstracted(part) for name, part in expression.items()}
    if isinstance(expression, list):
        return [_abstracted(part) for part in expression]
    return expression


def _speaks_of_the_object(expression: Any) -> bool:
    if isinstance(expression, Mapping):
        parts = expression.values()
        return expression.get("Var") == "resource" or any(_speaks_of_the_object(part) for part in parts)
    return isinstance(expression, list) and any(_speaks_of_the_object(part) for part in expression)


def _is_literal(expression: Expression) -> bool:
    if "Set" in expression:
        return all(_is_literal(member) for member in expression["Set"])
    return "Value" in expression
