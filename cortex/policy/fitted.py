# SPDX-License-Identifier: Apache-2.0
"""The engine of a stored version, which an older release may have written.

An action that this release does not know is asked for by nobody, so that a policy which names it in its
head matches without that name what it matched with it: the name is left out, and all else decides as before.
The action may have another name now, under which a forbid would no longer hold: so what the version names
nowhere is refused meanwhile. Whatever else no longer fits could mean anything, and lets in the console alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from cortex.errors import CortexError
from cortex.policy.actions import declared_actions
from cortex.policy.cedar import written_policy
from cortex.policy.engine import PolicyEngine
from cortex.policy.errors import PoliciesMustBeValid
from cortex.policy.policy_text import Policy, policies_of

LOCKDOWN = """
@id("lockdown.console_rolls_back")
@title("The policies in force cannot be used: only the console may put others in force")
permit (
  principal == Cortex::Service::"console",
  action in [Cortex::Action::"policy.version.read", Cortex::Action::"policy.version.roll_back"],
  resource
);
"""
FENCE = "lockdown.what_is_named_nowhere"
_FENCE = """
@id("lockdown.what_is_named_nowhere")
@title("The policies in force were written for another release, and do not speak of this")
forbid (principal, action in [{actions}], resource)
unless {{ principal == Cortex::Service::"console" }};
"""
_ACTION = "Cortex::Action"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gone:
    """A policy of the version in force and an action in its head that this release does not know."""

    policy_id: str
    action: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """An engine, and how its version fits this release: whole, without names that are gone, or not at all."""

    engine: PolicyEngine
    fit: Literal["whole", "narrowed", "locked_down"]
    gone: tuple[Gone, ...] = ()
    refusal: str = ""


def fitted(text: str, *, version: int) -> Fitted:
    """Return the engine by which this release decides under the version."""
    try:
        return Fitted(PolicyEngine(text, version=version), "whole")
    except PoliciesMustBeValid as error:
        return _narrowed(text, version, error)
    except CortexError as error:
        return _locked_down(version, error)


def _narrowed(text: str, version: int, refusal: CortexError) -> Fitted:
    kept, gone = without_gone_actions(text)
    try:
        engine = PolicyEngine(kept, version=version)
    except CortexError:
        return _locked_down(version, refusal)
    _log.error(
        "policies_name_gone_actions",
        version=version,
        gone=[f"{each.policy_id}: {each.action}" for each in gone],
    )
    return Fitted(engine, "narrowed", gone, refusal.message)


def _locked_down(version: int, refusal: CortexError) -> Fitted:
    _log.critical("policies_cannot_be_used", version=version, exc_info=refusal)
    return Fitted(PolicyEngine(LOCKDOWN, version=version), "locked_down", refusal=refusal.message)


def added_policies(text: str) -> tuple[Policy, ...]:
    """Return what the program puts in the place of a version's text, or adds to it, where it does not fit."""
    try:
        spoken_of = {
            each["id"] for policy in policies_of(text) for each in named_actions(policy.body["action"])
        }
        return policies_of(LOCKDOWN + _fence(spoken_of))
    except CortexError:
        return policies_of(LOCKDOWN)


def without_gone_actions(text: str) -> tuple[str, tuple[Gone, ...]]:
    """Return the policies without the unknown actions of their heads, and what was left out.

    A policy that names nothing else goes with them; what is named nowhere is forbidden. Raises:
    PoliciesMustBeReadable.
    """
    known = {name for action in declared_actions() for name in (action.code, action.scope, action.group)}
    gone: list[Gone] = []
    kept: list[str] = []
    spoken_of: set[str] = set()
    for policy in policies_of(text):
        head = policy.body["action"]
        named = [each["id"] for each in named_actions(head)]
        spoken_of.update(named)
        unknown = [name for name in named if name not in known]
        gone += [Gone(policy.id, name) for name in unknown]
        if not unknown:
            kept.append(policy.text)
        elif len(unknown) < len(named):
            entities = [each for each in named_actions(head) if each["id"] in known]
            kept.append(written_policy({**policy.body, "action": {"op": "in", "entities": entities}}))
    if gone:
        kept.append(_fence(spoken_of))
    return "\n".join(kept), tuple(gone)


def _fence(spoken_of: set[str]) -> str:
    unnamed = sorted(action.code for action in declared_actions() if action.code not in spoken_of)
    return _FENCE.format(actions=", ".join(f'{_ACTION}::"{code}"' for code in unnamed)) if unnamed else ""


def named_actions(head: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the actions, scopes and groups that a head names; none where it is of everything."""
    found = head.get("entities") or [head[name] for name in ("entity",) if name in head]
    return [each for each in found if each["type"] == _ACTION]
