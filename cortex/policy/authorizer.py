# SPDX-License-Identifier: Apache-2.0
"""The authorizer of policies: a yes is one that a policy gives and none takes away, without any error."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from cortex.policy.actions import Action, find_action
from cortex.policy.active import active_engine
from cortex.policy.askers import Asker, asker_in, asker_on_the_platform
from cortex.policy.cedar import Answer, Question
from cortex.policy.decision_log import Made, record
from cortex.policy.engine import PolicyEngine
from cortex.policy.entity_types import entities_of, loaded, uid_of
from cortex.policy.refusals import refusal
from cortex.policy.situation import as_if_met, situation_of
from cortex.ports.approvals import ApprovalRules
from cortex.ports.authorizer import Decision, Need, Resource, consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


class CedarAuthorizer:
    """Denies by default: what is not known is a no before any policy is asked."""

    def decide(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> Decision:
        """Answer with the reason; an unknown action, an outsider and an object that is not there are a no."""
        return _judged(principal, action, company_id, resource).decision

    def require(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> None:
        """Record the decision, and raise what stands in the way unless it is a yes."""
        made = _judged(principal, action, company_id, resource)
        record(made)
        if not made.decision.is_allowed:
            raise refusal(action=action, decision=made.decision)

    def refuse(
        self,
        *,
        principal: Principal,
        action: str,
        company_id: UUID | None,
        resource: Resource | None = None,
        reason: str,
        remedy: str | None = None,
    ) -> NoReturn:
        """Record a no, of the policies or else of the door, and raise what stands in the way."""
        made = _judged(principal, action, company_id, resource)
        declared = find_action(action)
        is_of_nobody = declared is None or (company_id is None and not declared.is_of_the_platform)
        if made.decision.is_allowed or is_of_nobody:
            # What the policies would say explains nothing here.
            made = replace(made, decision=Decision(False, reason), question=None)
        record(made)
        raise refusal(action=action, decision=made.decision, remedy=remedy)


def _judged(principal: Principal, action: str, company_id: UUID | None, resource: Resource | None) -> Made:
    declared, now = find_action(action), get(Clock).now()
    home = _home(declared, company_id)
    made = Made(principal, action, True, company_id, resource or home, Decision(False, ""), None, now)
    if declared is None:
        return replace(made, decision=Decision(False, "no context declared this action"))
    if company_id is None and not declared.is_of_the_platform:
        return replace(made, decision=Decision(False, "the action belongs to a company, and none is named"))
    made = replace(made, changes=declared.group == "write")
    if principal.kind == "plugin" and not declared.is_open_to_plugins:
        # Whatever policies say: a version of people's own may be from before there were plugins.
        return replace(made, decision=Decision(False, "no plugin may do this"))
    asker = _asker(principal, declared, company_id)
    if not asker.is_known:
        return replace(made, decision=Decision(False, "no membership in this company"))
    about = home if resource is None else loaded(resource, company_id=company_id)
    if about is None:
        return replace(made, decision=Decision(False, "the object is not there"))
    question = _question(asker, declared, about, home, company_id, now)
    decision = _decision(active_engine(), question, asker=asker, action=declared)
    return replace(made, about=about, decision=decision, question=question)


def _asker(principal: Principal, action: Action, company_id: UUID | None) -> Asker:
    if company_id is None or action.is_of_the_platform:
        return asker_on_the_platform(principal=principal)
    return asker_in(principal=principal, company_id=company_id, is_limited=action.group == "write")


def _home(action: Action | None, company_id: UUID | None) -> Resource:
    """Return what an action is about where no object is named."""
    if action is None or company_id is None or action.is_of_the_platform:
        return Resource("Cortex::Platform", "platform", {})
    rules = get(ApprovalRules)
    needs_two = action.group == "write" and rules.requires_second_person(company_id=company_id)
    return Resource("Cortex::Company", str(company_id), {"requires_second_person": needs_two})


def _question(
    asker: Asker,
    action: Action,
    about: Resource,
    home: Resource,
    company_id: UUID | None,
    now: datetime,
) -> Question:
    consent = consent_to(action=action.code, company_id=company_id)
    context = situation_of(asker=asker, action=action, has_consent=consent is not None, now=now)
    return Question(
        principal=asker.uid,
        action=action.code,
        resource=uid_of(about),
        entities=[asker.entity, *_known(about, home)],
        context=context,
    )


def _known(about: Resource, home: Resource) -> list[dict[str, Any]]:
    """Return the object, what it carries, and the company or platform it stands in, each once."""
    found = [*entities_of(about), *entities_of(home)]
    return list({(each["uid"]["type"], each["uid"]["id"]): each for each in found}.values())


def _decision(engine: PolicyEngine, question: Question, *, asker: Asker, action: Action) -> Decision:
    answer = engine.answer(question)
    needs = frozenset[Need]() if answer.is_allowed else _needs(engine, question, answer)
    return Decision(
        is_allowed=answer.is_allowed,
        reason=_reason(engine, answer, asker=asker, action=action),
        needs=needs,
        policy_ids=answer.policy_ids,
        version=engine.version,
        text_digest=engine.digest,
    )


def _needs(engine: PolicyEngine, question: Question, answer: Answer) -> frozenset[Need]:
    """Return what would turn this no into a yes: the forbids name it, and asking again confirms it."""
    named = [engine.policies[name].requires for name in answer.policy_ids]
    needs = frozenset(need for need in named if need is not None)
    if not needs or None in named or answer.errors:
        return frozenset()
    met = as_if_met(needs, context=question.context, asker=question.entities[0])
    return needs if engine.answer(_with_context(question, met)).is_allowed else frozenset()


def _with_context(question: Question, context: Mapping[str, Any]) -> Question:
    return replace(question, context=context)


def _reason(engine: PolicyEngine, answer: Answer, *, asker: Asker, action: Action) -> str:
    names = f"the role {', '.join(sorted(asker.roles))}" if asker.roles else asker.principal.urn
    if answer.is_allowed:
        return f"{names} may do this{', by emergency access' if asker.is_in_an_emergency else ''}"
    scopes = asker.principal.scopes
    if scopes is not None and action.scope not in scopes:
        return f"the token lacks the scope {action.scope}"
    if answer.errors:
        return "the policies cannot be asked about this"
    if answer.policy_ids:
        title = engine.policies[answer.policy_ids[0]].title
        return title[0].lower() + title[1:]
    return f"{names} may not do this"
