# SPDX-License-Identifier: Apache-2.0
"""Translations that are remembered: the same question to the same policies leaves the same condition.

A question is who asks with which roles and scopes, and the situation: whoever gains or loses a role asks
another one. What is remembered says where rows are seen, never which: each statement reads grants and rows.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

import orjson

from cortex.policy.askers import Asker
from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine
from cortex.policy.filters.columns import EntityColumns, columns_of
from cortex.policy.filters.residuals import condition_of_all
from cortex.policy.filters.truth import Condition

QUESTIONS_MAX = 1_024
_STATEMENTS_MAX = 16
Written = tuple[str, tuple[Any, ...]]


class Translated:
    """A condition, and what it looks like in the statements that it was written for."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self._written: dict[Hashable, Written] = {}

    def written(self, place: Hashable, *, write: Callable[[], Written]) -> Written:
        """Return the condition as SQL in this place of a statement, written once."""
        if place not in self._written and len(self._written) < _STATEMENTS_MAX:
            self._written[place] = write()
        return self._written.get(place) or write()


def translation_of(
    *, engine: PolicyEngine, asker: Asker, action: str, context: Mapping[str, Any], table: EntityColumns
) -> Translated:
    """Return where these policies let the asker do the action; raises PolicyMustBeFilterable."""
    known = orjson.dumps([asker.entity, context], option=orjson.OPT_SORT_KEYS)
    return _translated(engine, action, table.entity_type, known)


@lru_cache(maxsize=QUESTIONS_MAX)
def _translated(engine: PolicyEngine, action: str, entity_type: str, known: bytes) -> Translated:
    """Translate from what the key says alone: no answer is taken for that of another question."""
    entity, context = orjson.loads(known)
    table = columns_of(entity_type)
    question = Question(
        principal=entity["uid"],
        action=action,
        resource={"type": entity_type, "id": ""},
        entities=[entity],
        context=context,
    )
    residuals = engine.left_open(question)
    if residuals is None or table is None:
        return Translated(False)
    return Translated(condition_of_all(residuals, table=table))
