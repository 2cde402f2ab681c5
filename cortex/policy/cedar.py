# SPDX-License-Identifier: Apache-2.0
"""The engine's library, used by this module and no other.

It is loaded with the first question: most commands never ask one.
Traps that this module closes: without a schema the groups of actions do not resolve, so a forbid of a group
never matches and the answer is a yes; a policy that fails is skipped, which makes a failing forbid no forbid;
a permit that does not look at the object says yes for one that was not given.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, NewType

from cortex.policy.errors import policies_must_be_readable

HANDLES_MAX, SCHEMAS_MAX = 4_096, 1_024
# Checking a whole text takes half a second; every step of a version's life asks for the same.
CHECKED_MAX = 8
Uid = dict[str, str]
PolicySet = NewType("PolicySet", object)
Schema = NewType("Schema", object)


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the engine takes it; `entities` are the asker, the object, and what they name."""

    principal: Uid
    action: str
    resource: Uid
    entities: Sequence[Mapping[str, Any]]
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question as the engine reads it: equal ones have equal answers, whoever asks them and when."""

    principal: tuple[str, str]
    action: str
    resource: tuple[str, str]
    is_resource_given: bool
    entities: str
    context: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says; `policy_ids` are the permits of a yes, or the forbids of a no."""

    is_allowed: bool
    policy_ids: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one policy; `policy_id` is empty where the text could not be read that far."""

    policy_id: str
    message: str


def read_policies(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return (position, JSON) of each policy of a text in its order; raises PoliciesMustBeReadable."""
    try:
        read = json.loads(_cedarpy().policies_to_json_str(text))
    except ValueError as error:
        raise policies_must_be_readable(str(error)) from error
    if read["templates"] or read["templateLinks"]:
        raise policies_must_be_readable("templates are not used here: write the policy out")
    return sorted(read["staticPolicies"].items(), key=lambda item: int(item[0].removeprefix("policy")))


def written_policy(body: Mapping[str, Any]) -> str:
    """Return one policy as text, as the engine formats it."""
    whole = {"templates": {}, "staticPolicies": {"it": body}, "templateLinks": []}
    text: str = _cedarpy().policies_from_json_str(json.dumps(whole))
    return str(_cedarpy().format_policies(text, 110, 2)).strip()


@lru_cache(maxsize=HANDLES_MAX)
def policy_set(policies: tuple[tuple[str, str], ...]) -> PolicySet:
    """Return the handle of policies, each an id, which answers name, and its JSON.

    Versions have most of their policies in common, and so the handles of these.
    """
    members = ",".join(f"{json.dumps(name)}:{body}" for name, body in policies)
    whole = f'{{"templates":{{}},"staticPolicies":{{{members}}},"templateLinks":[]}}'
    return PolicySet(_cedarpy().PolicySet.from_json_str(whole))


@lru_cache(maxsize=SCHEMAS_MAX)
def schema_of(text: str) -> Schema:
    """Return the handle of a schema."""
    return Schema(_cedarpy().Schema.from_str(text))


@lru_cache(maxsize=CHECKED_MAX)
def problems_of(text: str, schema: Schema) -> tuple[Problem, ...]:
    """Return what is wrong with the policies of a text under a schema; none when they are sound."""
    result = _cedarpy().validate_policies(text, schema)
    names = result.id_annotations_by_policy_id
    return tuple(Problem(names.get(each.policy_id, each.policy_id), each.error) for each in result.errors)


def written(question: Question) -> WrittenQuestion:
    """Return the question as text."""
    principal, resource = question.principal, question.resource
    return WrittenQuestion(
        (principal["type"], principal["id"]),
        question.action,
        (resource["type"], resource["id"]),
        any(each["uid"] == resource for each in question.entities),
        json.dumps(question.entities),
        json.dumps(question.context),
    )


def ask(question: WrittenQuestion, *, policies: PolicySet, schema: Schema) -> Answer:
    """Return the answer: a yes is one without any error, about an object that was given, under a schema."""
    if not question.is_resource_given:
        return Answer(False, (), ("the object was not given",))
    result = _cedarpy().is_authorized(_request(question), policies, question.entities, schema)
    found = result.diagnostics
    is_allowed = result.decision == _cedarpy().Decision.Allow and not found.errors
    return Answer(is_allowed, tuple(sorted(found.reasons)), tuple(found.errors))


def ask_about_any(
    question: Question, *, policies: PolicySet, schema: Schema
) -> dict[str, dict[str, Any]] | None:
    """Return what is left of each policy while the object is unknown, by policy id; None after any error.

    The object of the question is not looked at. What is left is never an answer: see cortex.policy.filters.
    """
    cedarpy = _cedarpy()
    principal = question.principal
    result = cedarpy.is_authorized_partial(
        {
            # The partial evaluator takes ids as texts alone; quoting is that of JSON.
            "principal": f"{principal['type']}::{json.dumps(principal['id'])}",
            "action": f"Cortex::Action::{json.dumps(question.action)}",
            "context": dict(question.context),
        },
        policies,
        list(question.entities),
        schema,
    )
    return None if result.diagnostics.errors else dict(result.residuals)


def _request(question: WrittenQuestion) -> dict[str, Any]:
    return {
        "principal": _uid(*question.principal),
        "action": _uid("Cortex::Action", question.action),
        "resource": _uid(*question.resource),
        "context": question.context,
    }


def _uid(kind: str, name: str) -> Uid:
    return {"type": kind, "id": name}


def _cedarpy() -> ModuleType:
    import cedarpy  # noqa: PLC0415 - loaded with the first question

    return cedarpy
