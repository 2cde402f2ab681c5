# SPDX-License-Identifier: Apache-2.0
"""Actions of this release that a version of people's own leaves out: it was written before there were any.

Nobody may do them meanwhile, the schedule and sign-in included. What such a version names by its code, be it
to forbid it, was thought of. A permit of everything to one service says nothing of an action. Nor does the
fence of a version that names what is gone: the program wrote it, and names there what nobody thought of.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cortex.policy.actions import Action, declared_actions
from cortex.policy.engine import PolicyEngine
from cortex.policy.fitted import FENCE, named_actions
from cortex.policy.packaged import VERSION, packaged_text
from cortex.policy.policy_text import Policy, policies_of

REMEDY = (
    "Write a version that names them, taken over from the policies of this release (`cortex policy show 0`), "
    "or that forbids them by name."
)


def actions_left_out(engine: PolicyEngine) -> tuple[str, ...]:
    """Return the codes of declared actions that this release opens to somebody, and the version to nobody."""
    if engine.version == VERSION:
        return ()
    own = [each for each in engine.policies.values() if each.id != FENCE]
    return tuple(
        action.code
        for action in declared_actions()
        if _is_opened(action, by=_packaged_policies()) and not _is_thought_of(action, by=own)
    )


def _is_thought_of(action: Action, *, by: Iterable[Policy]) -> bool:
    policies = list(by)
    return _is_opened(action, by=policies) or any(action.code in _named(each.body) for each in policies)


def _is_opened(action: Action, *, by: Iterable[Policy]) -> bool:
    """Tell whether a permit names the action or its scope. `read` and `write` are of whole groups of people:
    what auditors may read was not opened to those who work with it.
    """
    return any(
        each.effect == "permit" and (_is_of_everything(each.body) or _names(each.body, action)) for each in by
    )


def _names(body: Mapping[str, Any], action: Action) -> bool:
    return not _named(body).isdisjoint((action.code, action.scope))


def _is_of_everything(body: Mapping[str, Any]) -> bool:
    return bool(body["action"]["op"] == "All" and body["principal"]["op"] != "==")


def _named(body: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(each["id"] for each in named_actions(body["action"]))


@cache
def _packaged_policies() -> tuple[Policy, ...]:
    return policies_of(packaged_text())
