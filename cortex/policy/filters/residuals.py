# SPDX-License-Identifier: Apache-2.0
"""What is left of all policies when only the object is unknown, as one condition on rows."""

from collections.abc import Mapping
from typing import Any

from cortex.policy.filters.columns import EntityColumns
from cortex.policy.filters.errors import not_filterable
from cortex.policy.filters.expressions import condition_of
from cortex.policy.filters.truth import Condition, both, either, negated

_ANY = {"op": "All"}


def condition_of_all(residuals: Mapping[str, Mapping[str, Any]], *, table: EntityColumns) -> Condition:
    """Return where one permit holds and no forbid does; raises PolicyMustBeFilterable.

    `residuals` are by policy id, and read in that order: the same question asks the database the same text.
    """
    permitted: Condition = False
    forbidden: Condition = False
    for _, residual in sorted(residuals.items()):
        holds = _condition(residual, table)
        if residual["effect"] == "permit":
            permitted = either(permitted, holds)
        else:
            forbidden = either(forbidden, holds)
    return both(permitted, negated(forbidden))


def _condition(residual: Mapping[str, Any], table: EntityColumns) -> Condition:
    for head in ("principal", "action", "resource"):
        if residual[head] != _ANY:
            raise not_filterable(residual[head], entity_type=table.entity_type, expected="an empty head")
    return conditions_hold(residual, table=table)


def conditions_hold(policy: Mapping[str, Any], *, table: EntityColumns) -> Condition:
    """Return where every `when` of a policy holds and no `unless`."""
    found: Condition = True
    for clause in policy["conditions"]:
        holds = condition_of(clause["body"], table=table)
        found = both(found, holds if clause["kind"] == "when" else negated(holds))
    return found
