# SPDX-License-Identifier: Apache-2.0
"""One version of the policies, ready to be asked.

Each question is put to the few policies that can match it, under a schema of its one action: what another
action, type or role asks for in its head can match nothing here, so the answer is that of the whole.
A version never changes and an answer follows from the question alone, so that answers are remembered.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from cortex.policy.actions import Action, declared_actions
from cortex.policy.cedar import (
    Answer,
    PolicySet,
    Question,
    Schema,
    WrittenQuestion,
    ask,
    ask_about_any,
    policy_set,
    problems_of,
    schema_of,
    written,
)
from cortex.policy.errors import PoliciesMustBeValid
from cortex.policy.packaged import text_digest
from cortex.policy.policy_text import Policy, policies_of
from cortex.policy.schema import schema_text

SLICES_MAX, TEXTS_MAX = 4_096, 8
# What is remembered of answers: 16 MB at most. A longer question is asked each time.
ANSWERS_MAX, REMEMBERED_CHARACTERS_MAX = 2_048, 8_000
_ROLE = "Cortex::Role"


class PolicyEngine:
    """The policies of one version; raises PoliciesMustBeReadable and PoliciesMustBeValid when made."""

    def __init__(self, text: str, *, version: int) -> None:
        self.version = version
        self.digest = text_digest(text)
        self.schema_actions = {action.code: action for action in declared_actions()}
        self.policies, self.schema = _checked(text, schema_text(self.schema_actions.values()))
        self._slice = lru_cache(maxsize=SLICES_MAX)(self._sliced)
        self._about = lru_cache(maxsize=len(self.schema_actions))(self._of_action)

    def answer(self, question: Question) -> Answer:
        """Return the answer; an action that is not declared is a no."""
        found = self._parts(question)
        if found is None:
            return Answer(False, (), ("no context declared this action",))
        asked = written(question)
        is_short = len(asked.entities) + len(asked.context) <= REMEMBERED_CHARACTERS_MAX
        return (_remembered if is_short else _asked)(asked, *found)

    def left_open(self, question: Question) -> dict[str, dict[str, Any]] | None:
        """Return what the policies leave open while only the object is unknown; None for what is no question.

        `question.resource` names the type of the object alone; its id says nothing.
        """
        found = self._parts(question)
        return None if found is None else ask_about_any(question, policies=found[0], schema=found[1])

    def _parts(self, question: Question) -> tuple[PolicySet, Schema] | None:
        """Return the few policies that can match the question, and the schema of its action."""
        action = self.schema_actions.get(question.action)
        if action is None:
            return None
        asker = next((each for each in question.entities if each["uid"] == question.principal), {})
        roles = frozenset(each["id"] for each in asker.get("parents", ()) if each["type"] == _ROLE)
        policies = self._slice(action.code, question.principal["type"], roles, question.resource["type"])
        return policies, _schema_of_action(action)

    def answer_of_the_whole(self, question: Question) -> Answer:
        """Return what all policies say under the whole schema: slower, and what `answer` is measured by."""
        return ask(written(question), policies=self._whole, schema=self.schema)

    @cached_property
    def _whole(self) -> PolicySet:
        return _set_of(self.policies.values())

    def matching(
        self, *, action: Action, principal_type: str, roles: Iterable[str], resource_type: str
    ) -> list[Policy]:
        """Return the policies whose head can match such a question."""
        held = frozenset(roles)
        return [
            policy
            for policy in self._about(action)
            if _head_matches(policy.body["principal"], principal_type, held)
            and _head_matches(policy.body["resource"], resource_type, frozenset())
        ]

    def _of_action(self, action: Action) -> tuple[Policy, ...]:
        names = {action.code, action.scope, *action.groups}
        return tuple(each for each in self.policies.values() if _action_matches(each.body["action"], names))

    def _sliced(self, code: str, principal_type: str, roles: frozenset[str], resource_type: str) -> PolicySet:
        found = self.matching(
            action=self.schema_actions[code],
            principal_type=principal_type,
            roles=roles,
            resource_type=resource_type,
        )
        return _set_of(found)


def _asked(question: WrittenQuestion, policies: PolicySet, schema: Schema) -> Answer:
    return ask(question, policies=policies, schema=schema)


# Versions share the handles of equal slices, and so the answers of these.
_remembered = lru_cache(maxsize=ANSWERS_MAX)(_asked)


def _set_of(policies: Iterable[Policy]) -> PolicySet:
    return policy_set(tuple((policy.id, policy.written) for policy in policies))


@lru_cache(maxsize=SLICES_MAX)
def _schema_of_action(action: Action) -> Schema:
    """Return the schema in which one action can be spoken of: the same for every version of the policies."""
    return schema_of(schema_text([action]))


@lru_cache(maxsize=TEXTS_MAX)
def _checked(text: str, schema: str) -> tuple[Mapping[str, Policy], Schema]:
    """Return the policies of a text and the schema that they fit: the same pair is checked once."""
    policies, handle = {policy.id: policy for policy in policies_of(text)}, schema_of(schema)
    _require_valid(text, handle)
    return MappingProxyType(policies), handle


def _require_valid(text: str, schema: Schema) -> None:
    problems = problems_of(text, schema)
    if problems:
        first = problems[0]
        raise PoliciesMustBeValid(
            f"Policy {first.policy_id}: expected it to fit the schema, got: {first.message}. Mend it.",
            evidence={
                "object": first.policy_id,
                "expected": "a policy that fits the schema",
                "got": [each.message for each in problems[:20]],
                "remedy": "mend the policy",
            },
        )


def _action_matches(head: Mapping[str, Any], names: set[str]) -> bool:
    if head["op"] == "All":
        return True
    named = head.get("entities") or [head["entity"]]
    return any(each["id"] in names for each in named)


def _head_matches(head: Mapping[str, Any], kind: str, roles: frozenset[str]) -> bool:
    """Tell whether a head can match an entity of this type and roles; what cannot be told here matches."""
    if head["op"] == "is":
        return head["entity_type"] == kind and ("in" not in head or _is_within(head["in"], roles))
    if head["op"] == "==":
        return bool(head["entity"]["type"] == kind)
    return head["op"] != "in" or _is_within(head, roles)


def _is_within(head: Mapping[str, Any], roles: frozenset[str]) -> bool:
    entity = head["entity"]
    return entity["type"] != _ROLE or entity["id"] in roles
