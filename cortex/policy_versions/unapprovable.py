# SPDX-License-Identifier: Apache-2.0
"""Forbids that promise a second person's agreement for verbs that nothing lets wait for one."""

from collections.abc import Iterable, Iterator
from typing import Any

from cortex.policy.actions import Action, declared_actions
from cortex.policy.policy_text import Policy
from cortex.policy_versions.cannot_wait import CANNOT_WAIT
from cortex.ports.approvals import all_kinds
from cortex.ports.waiting_verbs import can_wait

_LOOK = "it changes nothing"


def what_nobody_can_propose(policies: Iterable[Policy]) -> Iterator[tuple[str, str]]:
    """Yield (policy id, sentence) of each such forbid: whoever meets it would be refused for good.

    A forbid of a group is taken for one of the verbs in it that can wait, where there is any.
    """
    waiting = {kind.action for kind in all_kinds()}
    waiting |= {action.code for action in declared_actions() if action.is_proposed}
    for policy in policies:
        if policy.requires != "approval":
            continue
        dead = sorted(set(_named(policy.body["action"])) - waiting)
        for action in dead:
            because = CANNOT_WAIT.get(action, _LOOK)
            yield policy.id, f"nothing lets {action} wait for a second person: {because}"


def _named(head: dict[str, Any]) -> Iterator[str]:
    """Yield the verbs that a head names, and of each group that it names what can wait, or all."""
    named = {each["id"] for each in head.get("entities", [head["entity"]] if "entity" in head else [])}
    for action in declared_actions():
        if action.code in named or (named & _groups(action) and not _has_waiting(named)):
            yield action.code


def _groups(action: Action) -> set[str]:
    return {action.scope, *action.groups}


def _has_waiting(groups: set[str]) -> bool:
    asked = [action for action in declared_actions() if groups & _groups(action)]
    return any(action.is_proposed or can_wait(action.code) for action in asked)
