# SPDX-License-Identifier: Apache-2.0
"""Policies out of a grammar of what lists can ask, for each type whose lists are filtered.

Words in capitals stand for ids that are known once there are rows: see `planted_rows`.
"""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from cortex.policy.actions import declared_action
from cortex.policy.filters.columns import columns_of

ROLES = ("viewer", "clerk", "controller", "auditor")
OF_THE_QUESTION = (
    'principal in Cortex::Role::"clerk"',
    'principal in Cortex::Role::"controller"',
    "principal is Cortex::User",
    "context.is_fresh",
    "context.has_second_factor",
    "principal is Cortex::Client && principal.requires_certificate",
)
OF_COMPANIES = (
    'resource.company == Cortex::Company::"COMPANY"',
    'resource.company != Cortex::Company::"ANOTHER"',
)
GRAMMARS: Mapping[str, Sequence[str]] = {
    "Accounting::JournalEntry": (
        "resource.is_cancellation",
        'resource.journal == "GENERAL"',
        'resource.journal != "OPENING"',
        'resource.period == Accounting::FiscalPeriod::"PERIOD"',
        'resource.period.state == "open"',
        '["closed", "soft_closed"].contains(resource.period.state)',
        'resource.period.code like "2026-0*"',
        'resource has reference && resource.reference == "R-1"',
        'resource has reference && resource.reference like "R-*"',
        "!(resource has reference)",
        '!(resource has reference && resource.reference == "R-2")',
        "resource has posted_by && resource.posted_by == principal",
        "if resource has posted_by then resource.posted_by != principal else true",
        "resource has posted_through && resource.posted_through == principal",
        "resource has posted_through && !(resource has posted_by)",
        "resource has posted_through && resource has posted_by",
        'resource has posted_by && resource.posted_by == Cortex::User::"SOMEBODY"',
        "principal is Cortex::User && resource.viewers.contains(principal)",
        "!(principal is Cortex::User && resource.viewers.contains(principal))",
    ),
    "Accounting::Account": (
        'resource.kind == "asset"',
        '["income", "expense"].contains(resource.kind)',
        "resource.is_bank_or_cash",
        "resource.is_active",
        "resource.is_active == resource.is_bank_or_cash",
        'resource.code like "Assets:*"',
        'resource.code like "*1"',
        "principal is Cortex::User && resource.viewers.contains(principal)",
    ),
    "Accounting::FiscalPeriod": (
        'resource.code == "2026-03"',
        'resource.code like "2026-1*"',
        'resource.state == "open"',
        '["closed", "soft_closed"].contains(resource.state)',
        'resource == Accounting::FiscalPeriod::"PERIOD"',
    ),
    "Audit::Entry": (
        'resource.object == "OBJECT"',
        'resource.object != "OBJECT"',
        'resource.object like "*a*"',
        '["OBJECT"].contains(resource.object)',
    ),
    "Cortex::Proposal": (
        'resource has company && resource.company == Cortex::Company::"COMPANY"',
        '!(resource has company && resource.company == Cortex::Company::"ANOTHER")',
        "resource has proposed_by && resource.proposed_by == principal",
        "!(resource has proposed_by)",
        'resource has proposed_by && resource.proposed_by == Cortex::User::"SOMEBODY"',
        'resource.action == "accounting.journal_entry.post"',
        'resource.action like "*period*"',
        "resource has amount_minor && resource.amount_minor > 30000",
        "resource has amount_minor && resource.amount_minor <= 30000",
        "!(resource has amount_minor)",
    ),
    "Events::HeldDelivery": (
        'resource.subscriber == "first"',
        'resource.subscriber like "*s*t"',
        'resource.state == "dead"',
        "resource.attempts > 3",
        "3 >= resource.attempts",
        "resource.attempts != 2",
    ),
    "Events::WebhookDelivery": (
        'resource.state == "queued"',
        '["failed", "sent"].contains(resource.state)',
        "resource.attempts < 2",
        'resource.endpoint == Events::WebhookEndpoint::"ENDPOINT"',
        'resource.endpoint.url like "*example/1*"',
        "resource.endpoint.is_active",
        'resource.endpoint.event_types.contains("*")',
    ),
    "Events::WebhookEndpoint": (
        'resource.url == "https://receiver.example/1"',
        'resource.url like "*example/1*"',
        "resource.is_active",
        'resource.event_types.contains("*")',
        'resource.event_types.containsAny(["accounting.journal_entry.posted.v1", "nothing"])',
        'resource.event_types.containsAll(["*", "nothing"])',
        'resource == Events::WebhookEndpoint::"ENDPOINT"',
    ),
    "Jobs::Job": (
        'resource.kind == "accounting.import_journal"',
        'resource.kind like "accounting.*"',
        'resource.state == "queued"',
        '["failed", "cancelled"].contains(resource.state)',
        "resource has owner && resource.owner == principal",
        'resource has owner && resource.owner == Cortex::User::"SOMEBODY"',
        "resource has owner_program && resource.owner_program == principal",
        "!(resource has owner) && !(resource has owner_program)",
        "resource has owner && resource has owner_program",
    ),
    "People::Membership": (
        "resource.member == principal",
        'resource.member == Cortex::User::"SOMEBODY"',
        'resource.roles.contains("auditor")',
        'resource.roles.containsAny(["viewer", "clerk"])',
        'resource.roles.containsAll(["clerk", "controller"])',
        "resource.is_active",
    ),
}


def atoms_of(about: str) -> tuple[str, ...]:
    """Return what policies can say of objects of a type; a proposal may be of no company."""
    return tuple(GRAMMARS[about]) + (() if about == "Cortex::Proposal" else OF_COMPANIES)


def policies(about: str) -> st.SearchStrategy[str]:
    """Return one policy about objects of a type, without its annotations."""
    table = columns_of(about)
    assert table is not None
    action = declared_action(min(table.actions))
    actions = (
        "action",
        f'action == Cortex::Action::"{action.code}"',
        f'action in Cortex::Action::"{action.scope}"',
        f'action in Cortex::Action::"{action.group}"',
    )
    head = st.tuples(
        st.sampled_from(("permit", "permit", "forbid")),
        st.sampled_from(("principal", *(f'principal in Cortex::Role::"{role}"' for role in ROLES))),
        st.sampled_from(actions),
        st.sampled_from(("when", "when", "unless")),
    )
    body = _conditions((*atoms_of(about), *OF_THE_QUESTION))
    return st.tuples(head, body).map(
        lambda it: f"{it[0][0]} ({it[0][1]}, {it[0][2]}, resource is {about}) {it[0][3]} {{ {it[1]} }};"
    )


def policy_sets(types: Sequence[str]) -> st.SearchStrategy[str]:
    """Return texts of a few policies about each type."""
    lists = [st.lists(policies(about), min_size=1, max_size=4) for about in types]
    return st.tuples(*lists).map(_written)


def _conditions(atoms: Sequence[str]) -> st.SearchStrategy[str]:
    """Return expressions of these atoms, nested a few times."""

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
            inner.map(lambda one: f"!({one})"),
            st.tuples(inner, inner, inner).map(lambda it: f"(if {it[0]} then {it[1]} else {it[2]})"),
        )

    return st.recursive(st.sampled_from(atoms).map(lambda atom: f"({atom})"), grown, max_leaves=5)


def _written(lists: tuple[list[str], ...]) -> str:
    found = [policy for policies_of_type in lists for policy in policies_of_type]
    return "\n".join(
        f'@id("random.rule_{number}") @title("Rule {number}") {policy}' for number, policy in enumerate(found)
    )
