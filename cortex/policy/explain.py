# SPDX-License-Identifier: Apache-2.0
"""Why an answer was given: the policies that decided, who would be let in, and what is needed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.errors import NotFound
from cortex.policy.active import active_engine
from cortex.policy.askers import open_to
from cortex.policy.cedar import Answer, Question
from cortex.policy.models import PolicyDecision
from cortex.policy.packaged import VERSION
from cortex.policy.packaged_texts import text_of_version, text_that_decided
from cortex.policy.policies_shown import PolicyShown, shown
from cortex.policy.roles import roles_let_in
from cortex.ports.authorizer import Authorizer, Decision, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get


class DecisionMustExist(NotFound):
    """No decision of this id can be seen."""

    code = "policy.decision_must_exist"


@dataclass(frozen=True, slots=True)
class DecidingPolicy:
    """A policy that decided; title and text are empty where its text is gone."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and everything that it rests on, as people read it."""

    principal: str
    action: str
    is_allowed: bool
    reason: str
    needs: tuple[str, ...]
    version: int
    policies: tuple[DecidingPolicy, ...]
    # Each of these roles alone would be let in, by the policies in force now.
    roles_let_in: tuple[str, ...]
    # How it is known which text decided; empty for versions that people put in force, and for questions.
    text_told: str = ""
    # What is shown is what this release brings along, and the release that decided may have read otherwise.
    is_text_of_today: bool = False
    # Decided while the person had opened the company in an emergency.
    is_break_glass: bool = False


@transactional
def explain_decision(*, company_id: UUID, decision_id: UUID) -> Explanation:
    """Explain what was decided in a company in scope; raises DecisionMustExist."""
    found = PolicyDecision.objects.filter(company_id=company_id, id=decision_id).first()
    if found is None:
        raise decision_must_exist(decision_id=decision_id, of="this company")
    return explained(found)


def decision_must_exist(*, decision_id: UUID, of: str) -> DecisionMustExist:
    """Return the refusal for a decision that is none of this company, or of the platform."""
    return DecisionMustExist(
        f"Decision {decision_id}: expected one of {of}, got none. Check the id.",
        evidence={"object": "decision", "got": str(decision_id), "remedy": "check the id"},
    )


def explained(decision: PolicyDecision) -> Explanation:
    """Explain a decision that was found for somebody who may see it."""
    decided_by = text_that_decided(decision)
    return Explanation(
        principal=decision.principal,
        action=decision.action,
        is_allowed=decision.is_allowed,
        reason=decision.reason,
        needs=tuple(decision.needs),
        version=decision.version,
        policies=_deciding(decided_by.policies, decision.policy_ids),
        roles_let_in=tuple(sorted(roles_let_in(action=decision.action))),
        text_told=decided_by.told,
        is_text_of_today=decided_by.is_of_today,
        is_break_glass=decision.is_break_glass,
    )


def explain_question(
    *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
) -> Explanation:
    """Explain what would be decided now; nothing is recorded."""
    decision = get(Authorizer).decide(
        principal=principal, action=action, company_id=company_id, resource=resource
    )
    return Explanation(
        principal=principal.urn,
        action=action,
        is_allowed=decision.is_allowed,
        reason=decision.reason,
        needs=tuple(sorted(decision.needs)),
        version=decision.version,
        policies=_deciding(_in_force(decision), decision.policy_ids),
        roles_let_in=tuple(sorted(roles_let_in(action=action))),
        is_break_glass=any(each.company_id == company_id for each in open_to(principal)),
    )


def _in_force(decision: Decision) -> Iterable[PolicyShown]:
    if decision.version != VERSION:
        return text_of_version(decision.version, decision.policy_ids).policies
    return [shown(each) for each in active_engine().policies.values()]


def asked_again(*, question: Mapping[str, Any]) -> Answer:
    """Return what the policies in force say to exactly what was asked then."""
    return active_engine().answer(Question(**question))


def _deciding(policies: Iterable[PolicyShown], ids: Sequence[str]) -> tuple[DecidingPolicy, ...]:
    known = {each.id: each for each in policies}
    return tuple(
        DecidingPolicy(name, known[name].title, known[name].text)
        if name in known
        else DecidingPolicy(name, "", "")
        for name in ids
    )
