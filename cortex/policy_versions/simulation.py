# SPDX-License-Identifier: Apache-2.0
"""What would have been decided otherwise: recorded questions, asked again under other policies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cortex.database.service_role import service_transaction
from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine

DECISIONS_MAX = 10_000
EXAMPLES_MAX, GROUPS_MAX = 3, 100
BETWEEN_REPORTS = 500
# The newest first, of every company: a version is in force for all of them.
_RECORDED = """
SELECT id, principal, action, resource_type, resource_id, question FROM policy_decision
 WHERE question IS NOT NULL ORDER BY id DESC LIMIT %s
"""
Progress = Callable[[int, int], None]
_Key = tuple[str, tuple[str, ...], bool]


@dataclass(slots=True)
class ChangedGroup:
    """Decisions that would change in one way for one action and one set of roles."""

    action: str
    roles: tuple[str, ...]
    becomes_allowed: bool
    count: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "action": self.action,
            "roles": list(self.roles),
            "becomes": "allowed" if self.becomes_allowed else "denied",
            "count": self.count,
            "examples": self.examples,
        }


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision of the log with its question."""

    id: str
    principal: str
    action: str
    resource: str
    question: Question


def recorded_decisions(*, limit: int) -> list[Recorded]:
    """Return the latest decisions that can be asked again."""
    with service_transaction() as cursor:
        cursor.execute(_RECORDED, [min(limit, DECISIONS_MAX)])
        rows = cursor.fetchall()
    return [
        Recorded(str(row_id), principal, action, f"{kind}::{about}", _question(question))
        for row_id, principal, action, kind, about, question in rows
    ]


def changed_groups(
    decisions: Iterable[Recorded],
    *,
    before: PolicyEngine,
    after: PolicyEngine,
    progress: Progress = lambda done, total: None,
) -> list[ChangedGroup]:
    """Return the groups of decisions that would change, the largest first."""
    groups: dict[_Key, ChangedGroup] = {}
    listed = list(decisions)
    for done, decision in enumerate(listed, start=1):
        now, then = (engine.answer(decision.question).is_allowed for engine in (before, after))
        if now != then:
            _count(groups, decision, becomes_allowed=then)
        if done % BETWEEN_REPORTS == 0 or done == len(listed):
            progress(done, len(listed))
    return sorted(groups.values(), key=lambda group: (-group.count, group.action, group.roles))


def _count(groups: dict[_Key, ChangedGroup], decision: Recorded, *, becomes_allowed: bool) -> None:
    roles = tuple(sorted(_roles(decision.question)))
    key = (decision.action, roles, becomes_allowed)
    group = groups.setdefault(key, ChangedGroup(*key))
    group.count += 1
    if len(group.examples) < EXAMPLES_MAX:
        group.examples.append(
            {"decision": decision.id, "principal": decision.principal, "resource": decision.resource}
        )


def _roles(question: Question) -> Iterator[str]:
    for entity in question.entities:
        if entity["uid"] == question.principal:
            yield from (parent["id"] for parent in entity["parents"] if parent["type"] == "Cortex::Role")


def _question(stored: str | bytes | Mapping[str, Any]) -> Question:
    read = orjson.loads(stored) if isinstance(stored, str | bytes) else stored
    return Question(**read)
