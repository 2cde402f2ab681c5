# SPDX-License-Identifier: Apache-2.0
"""What roles alone would be let in to do, whoever holds them: for lists of rights, never for a decision."""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from cortex.policy.actions import declared_action, find_action
from cortex.policy.active import active_engine
from cortex.policy.cedar import Answer, Question
from cortex.policy.engine import PolicyEngine

# Every role that policies know; `Role` in the kernel's schema lists the same.
ROLES = (
    *("viewer", "clerk", "accountant", "controller", "auditor", "administrator"),
    *("plugin-reviewer", "platform-admin", "service"),
)
_NOBODY, _NOWHERE = UUID(int=0), UUID(int=0)


def roles_let_in(*, action: str) -> frozenset[str]:
    """Return the roles each of which alone may do this in a company at work, freshly signed in."""
    if find_action(action) is None:
        return frozenset()
    return frozenset(role for role in ROLES if lets_in(roles=frozenset({role}), action=action))


def lets_in(*, roles: Collection[str], action: str) -> bool:
    """Return whether somebody with these roles, and nothing else that counts, may do this."""
    return lets_in_under(active_engine(), roles=roles, action=action)


def lets_in_under(engine: PolicyEngine, *, roles: Collection[str], action: str) -> bool:
    """Return the same under other policies than those in force."""
    return answer_to_roles(engine, frozenset(roles), action).is_allowed


# Whole tables are asked for, of some versions at once: one is every role by every action.
@lru_cache(maxsize=8_192)
def answer_to_roles(engine: PolicyEngine, roles: frozenset[str], code: str) -> Answer:
    """Return what the engine says to somebody with these roles, and which policies decided."""
    action = declared_action(code)
    person = {"type": "Cortex::User", "id": str(_NOBODY)}
    home = "Cortex::Platform" if action.is_of_the_platform else "Cortex::Company"
    place = {"type": home, "id": str(_NOWHERE)}
    parents = [{"type": "Cortex::Role", "id": role} for role in sorted(roles)]
    attributes = {} if action.is_of_the_platform else {"requires_second_person": False}
    question = Question(
        principal=person,
        action=code,
        resource=place,
        entities=[
            {"uid": person, "attrs": {}, "parents": parents},
            {"uid": place, "attrs": attributes, "parents": []},
        ],
        context={
            "scope": action.scope,
            "company_is_active": True,
            "has_second_factor": True,
            "is_fresh": True,
            "has_consent": False,
            "is_break_glass": False,
        },
    )
    return engine.answer(question)
