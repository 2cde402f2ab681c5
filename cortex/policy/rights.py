# SPDX-License-Identifier: Apache-2.0
"""Who can do what: asked of the engine for each role or member, never read out of the policies' text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy.actions import Action, declared_actions
from cortex.policy.active import active_engine
from cortex.policy.engine import PolicyEngine
from cortex.policy.policy_text import Policy
from cortex.policy.roles import ROLES, answer_to_roles
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get


@dataclass(frozen=True, slots=True)
class Right:
    """The answer to one role or person; `needs` would turn its no into a yes."""

    holder: str
    is_allowed: bool
    policy_ids: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()

    @property
    def word(self) -> str:
        """Return the answer as a table shows it."""
        if self.is_allowed:
            return "yes"
        return f"after {', '.join(sorted(self.needs)).replace('_', '-')}" if self.needs else "no"


@dataclass(frozen=True, slots=True)
class RightsToAct:
    """An action, and the answer to each holder in the order that was asked for."""

    action: Action
    rights: Sequence[Right]


def rights_of_roles(*, engine: PolicyEngine | None = None, word: str = "") -> list[RightsToAct]:
    """Return what each role alone may do, freshly signed in, in a company at work.

    `word` keeps the actions whose code or title holds it.
    """
    asked = engine or active_engine()
    return [
        RightsToAct(action, [_right_of_role(asked, role, action) for role in ROLES])
        for action in actions_named(word=word)
    ]


def rights_of_members(*, company_id: UUID, users: Iterable[User], word: str = "") -> list[RightsToAct]:
    """Return what each of these people may do in the company; call it in the company's scope."""
    askers = [(user.username, principal_of_user(user)) for user in users]
    authorizer = get(Authorizer)
    found = []
    for action in actions_named(word=word):
        if action.is_of_the_platform:
            continue
        decisions = [
            (name, authorizer.decide(principal=principal, action=action.code, company_id=company_id))
            for name, principal in askers
        ]
        rights = [
            Right(name, each.is_allowed, each.policy_ids, frozenset(each.needs)) for name, each in decisions
        ]
        found.append(RightsToAct(action, rights))
    return found


def policies_with(*, ids: Iterable[str], engine: PolicyEngine | None = None) -> list[Policy]:
    """Return the policies of these ids as far as the version has them."""
    known = (engine or active_engine()).policies
    return [known[name] for name in ids if name in known]


def actions_named(*, word: str) -> list[Action]:
    """Return the declared actions whose code or title holds the word, in any case."""
    sought = word.strip().lower()
    return [each for each in declared_actions() if sought in f"{each.code} {each.title}".lower()]


def _right_of_role(engine: PolicyEngine, role: str, action: Action) -> Right:
    answer = answer_to_roles(engine, frozenset({role}), action.code)
    return Right(role, answer.is_allowed, answer.policy_ids)
