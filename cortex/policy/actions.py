# SPDX-License-Identifier: Apache-2.0
"""What can be done, to what, and which scope a token needs for it. Contexts declare, policies decide."""

import re
from dataclasses import dataclass

from cortex.errors import CortexError

# What belongs to no company: the registry of schemas, one for the whole platform, and the platform itself.
REGISTRY_SCOPE = "schemas"
# A token that publishes plugins can do nothing else on the platform.
PLATFORM_SCOPES = frozenset(
    {REGISTRY_SCOPE, "platform:read", "platform:write", "marketplace:read", "marketplace:write"}
)
_CODE = re.compile(r"\A[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}\Z")
_SCOPE = re.compile(r"\A([a-z][a-z0-9_]*:(read|write)|schemas)\Z")
_RESOURCE = re.compile(r"\A[A-Z][A-Za-z]*::[A-Z][A-Za-z]*\Z")
_declared: dict[str, "Action"] = {}


class ActionMustBeDeclared(CortexError):
    """An action is asked for that no context declared: a wiring mistake, never a user's."""

    code = "policy.action_must_be_declared"
    status = 500


class ActionMustBeWellFormed(CortexError):
    """An action's declaration contradicts the rules of declarations."""

    code = "policy.action_must_be_well_formed"
    status = 500


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, such as `accounting.journal_entry.post`. Who may do it is said by policies.

    `scope` is `<context>:read`, `<context>:write` or `schemas`. `resources` are the types of objects, such as
    `Accounting::JournalEntry`, that may be named beside the company or the platform itself.
    """

    code: str
    title: str
    scope: str
    resources: frozenset[str] = frozenset()
    # The service that asks for it again proposes it where a second person must agree.
    is_proposed: bool = False
    # A plugin may be granted it; to all others no policy can open a way for plugins.
    is_open_to_plugins: bool = False

    @property
    def is_read(self) -> bool:
        """Return whether the action changes nothing; a suspended company allows only these."""
        return self.scope.endswith(":read")

    @property
    def group(self) -> str:
        """Return the group of all actions that policies name: `read` or `write`."""
        is_look = self.scope == REGISTRY_SCOPE and self.code.endswith(".read")
        return "read" if self.is_read or is_look else "write"

    @property
    def groups(self) -> tuple[str, ...]:
        """Return its groups: `read` or `write`, and `platform` for what belongs to no company."""
        return (self.group, "platform") if self.is_of_the_platform else (self.group,)

    @property
    def is_of_the_platform(self) -> bool:
        """Return whether the action belongs to no company."""
        return self.scope in PLATFORM_SCOPES


def declare(*actions: Action) -> None:
    """Add actions; the same declaration again changes nothing, another one of the same code is refused."""
    for action in actions:
        _require_well_formed(action)
        if _declared.setdefault(action.code, action) != action:
            raise _malformed(action, expected="one declaration", got="two that differ")


def find_action(code: str) -> Action | None:
    """Return the declared action, or None."""
    return _declared.get(code)


def declared_action(code: str) -> Action:
    """Return the declared action; raises ActionMustBeDeclared."""
    action = _declared.get(code)
    if action is None:
        raise ActionMustBeDeclared(
            f"Action {code}: expected a declaration, got none. Declare it in the AppConfig of its context.",
            evidence={"object": "action", "got": code, "remedy": "declare it"},
        )
    return action


def declared_actions() -> list[Action]:
    """Return every declared action, by code."""
    return [_declared[code] for code in sorted(_declared)]


def declared_scopes() -> dict[str, str]:
    """Return each scope that an action needs, with a title for people."""
    return {
        scope: scope.replace(":", " – ") for scope in sorted(action.scope for action in _declared.values())
    }


def _require_well_formed(action: Action) -> None:
    if not _CODE.match(action.code):
        raise _malformed(action, expected="a code like context.object.verb", got=action.code)
    if not _SCOPE.match(action.scope):
        raise _malformed(action, expected="a scope like context:read or context:write", got=action.scope)
    strange = sorted(name for name in action.resources if not _RESOURCE.match(name))
    if strange:
        raise _malformed(action, expected="types like Accounting::JournalEntry", got=strange)


def _malformed(action: Action, *, expected: str, got: object) -> ActionMustBeWellFormed:
    return ActionMustBeWellFormed(
        f"Action {action.code}: expected {expected}, got {got}.",
        evidence={"object": action.code, "expected": expected, "got": got},
    )
