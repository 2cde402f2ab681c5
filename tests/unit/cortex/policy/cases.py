# SPDX-License-Identifier: Apache-2.0
"""Questions that Alice asks of the policies, and what they are about."""

from dataclasses import dataclass, field, replace
from typing import Any

from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine

POST, LOCK, REOPEN = (
    "accounting.journal_entry.post",
    "accounting.fiscal_period.lock",
    "accounting.fiscal_period.open",
)
APPROVE, LIMIT, ERASE = "approvals.proposal.approve", "approvals.limit.change", "audit.subject.erase"
ALICE, OTHER = ({"__entity": {"type": "Cortex::User", "id": name}} for name in ("alice", "other"))
COMPANY = {"__entity": {"type": "Cortex::Company", "id": "demo"}}


@dataclass(frozen=True)
class Case:
    """Alice asks; what is not said is the ordinary: a person, freshly signed in, a company at work."""

    action: str
    roles: tuple[str, ...] = ("controller",)
    kind: str = "User"
    name: str = "alice"
    asker: dict[str, Any] = field(default_factory=dict)
    about: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    needs_two: bool = False
    context: dict[str, Any] = field(default_factory=dict)

    def question(self, engine: PolicyEngine) -> Question:
        action = engine.schema_actions[self.action]
        asker = {"type": f"Cortex::{self.kind}", "id": self.name}
        home = (
            {"type": "Cortex::Platform", "id": "platform"}
            if action.is_of_the_platform
            else {"type": "Cortex::Company", "id": "demo"}
        )
        about = {"type": self.about, "id": "it"} if self.about else home
        own: dict[str, Any] = {}
        if self.kind == "Client":
            own = {"scopes": [action.scope], "requires_certificate": False}
        if self.kind == "Plugin":
            own = {"acts_for": ALICE, "scopes": [action.scope], "granted": []}
        entities = [
            {
                "uid": asker,
                "attrs": {**own, **self.asker},
                "parents": [{"type": "Cortex::Role", "id": role} for role in self.roles],
            },
            {
                "uid": home,
                "attrs": {} if action.is_of_the_platform else {"requires_second_person": self.needs_two},
                "parents": [],
            },
        ]
        if self.about:
            entities.append({"uid": about, "attrs": self.attributes, "parents": []})
        context = {
            "scope": action.scope,
            "company_is_active": True,
            "has_second_factor": True,
            "is_fresh": True,
            "has_consent": False,
            "is_break_glass": False,
            **self.context,
        }
        return Question(asker, self.action, about, entities, context)


def draft(amount: int, limit: int | None = 100, **more: Any) -> Case:
    asker = {} if limit is None else {"entry_limit_minor": limit}
    attributes = {"company": COMPANY, "entered_by": ALICE, "amount_minor": amount, "is_reversal": False}
    return Case(POST, ("clerk",), asker=asker, about="Accounting::EntryDraft", attributes=attributes, **more)


def into(*states: str, **more: Any) -> Case:
    given = draft(1, limit=None)
    attributes = {**given.attributes, "period_states": list(states)}
    return Case(POST, ("controller",), about=given.about, attributes=attributes, **more)


def document(action: str, kind: str, entered_by: Any) -> Case:
    amount = {} if kind == "BankAccount" else {"amount_minor": 1}
    attributes = {"company": COMPANY, "entered_by": entered_by, **amount}
    return Case(action, about=f"Accounting::{kind}", attributes=attributes)


def proposal(proposed_by: Any, **more: Any) -> Case:
    attributes = {"company": COMPANY, "proposed_by": proposed_by, "action": POST}
    return Case(APPROVE, about="Cortex::Proposal", attributes=attributes, **more)


def version(author: Any) -> Case:
    return Case(
        "policy.version.approve",
        ("platform-admin",),
        about="Cortex::PolicyVersion",
        attributes={"author": author},
    )


def of_the_platform(action: str, kind: str, author: Any, role: str) -> Case:
    return Case(action, (role,), about=kind, attributes={"author": author})


OPEN_GLASS, END_GLASS = "break_glass.access.open", "break_glass.access.end"
EMERGENCY, ONE_FACTOR = {"is_break_glass": True}, {"has_second_factor": False}


def emergency(action: str, holder: Any, *roles: str) -> Case:
    return Case(action, roles, about="BreakGlass::Access", attributes={"company": COMPANY, "holder": holder})


def account(action: str, person: Any, *roles: str, **more: Any) -> Case:
    return Case(action, roles, about="Identity::Account", attributes={"person": person}, **more)


CHIEF = {"person": OTHER, "holds_platform_role": True}
HELD = Case("identity.second_factor.remove", ("platform-admin",), about="Identity::Account", attributes=CHIEF)
MEMBER = replace(HELD, attributes={"person": OTHER, "holds_company_role": True})
FOR_A_PERSON = {"acts_for": ALICE, "acts_for_person": True}
OLD_TOKEN: dict[str, Any] = {"kind": "Client", "asker": FOR_A_PERSON, "context": {"is_fresh": False}}
CERTIFIED = {"requires_certificate": True, "certificate": "spiffe://cortex/shop"}
