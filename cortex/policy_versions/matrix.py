# SPDX-License-Identifier: Apache-2.0
"""Who can do what: which role alone is let in to do each action, and how two versions differ in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cortex.policy.actions import declared_actions
from cortex.policy.engine import PolicyEngine
from cortex.policy.roles import ROLES, lets_in_under


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and an action that it may do."""

    role: str
    action: str


def matrix_of(engine: PolicyEngine) -> Mapping[str, frozenset[str]]:
    """Return, for each declared action, the roles each of which alone may do it in a company at work."""
    return {
        action.code: frozenset(
            role for role in ROLES if lets_in_under(engine, roles=[role], action=action.code)
        )
        for action in declared_actions()
    }


def grants_added(before: PolicyEngine, after: PolicyEngine) -> list[Grant]:
    """Return what roles may do under `after` alone; swap the two for what they lose."""
    old, new = matrix_of(before), matrix_of(after)
    return [
        Grant(role, action)
        for action in sorted(new)
        for role in ROLES
        if role in new[action] and role not in old[action]
    ]
