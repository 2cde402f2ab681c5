# SPDX-License-Identifier: Apache-2.0
"""Policies out of a grammar of what lists can ask, about entries and accounts."""

from collections.abc import Sequence

from hypothesis import strategies as st

ROLES = ("viewer", "clerk", "controller", "auditor")
ACTIONS = (
    "action",
    'action == Cortex::Action::"accounting.books.read"',
    'action in Cortex::Action::"accounting:read"',
    'action in Cortex::Action::"read"',
)
OF_THE_QUESTION = (
    'principal in Cortex::Role::"clerk"',
    'principal in Cortex::Role::"controller"',
    "principal is Cortex::User",
    "context.is_fresh",
    "context.has_second_factor",
    "principal is Cortex::Client && principal.requires_certificate",
)
OF_ENTRIES = (
    "resource.is_cancellation",
    'resource.journal == "GENERAL"',
    'resource.journal != "OPENING"',
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
    "principal is Cortex::User && resource.viewers.contains(principal)",
    "!(principal is Cortex::User && resource.viewers.contains(principal))",
)
OF_ACCOUNTS = (
    'resource.kind == "asset"',
    '["income", "expense"].contains(resource.kind)',
    "resource.is_bank_or_cash",
    "resource.is_active",
    'resource.code like "Assets:*"',
    'resource.code like "*1"',
    "principal is Cortex::User && resource.viewers.contains(principal)",
)


def conditions(atoms: Sequence[str]) -> st.SearchStrategy[str]:
    """Return expressions of these atoms, nested a few times."""

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
            inner.map(lambda one: f"!({one})"),
            st.tuples(inner, inner, inner).map(lambda it: f"(if {it[0]} then {it[1]} else {it[2]})"),
        )

    return st.recursive(st.sampled_from(atoms).map(lambda atom: f"({atom})"), grown, max_leaves=5)


def policies(about: str, atoms: Sequence[str]) -> st.SearchStrategy[str]:
    """Return one policy about objects of a type, without its annotations."""
    head = st.tuples(
        st.sampled_from(("permit", "permit", "forbid")),
        st.sampled_from(("principal", *(f'principal in Cortex::Role::"{role}"' for role in ROLES))),
        st.sampled_from(ACTIONS),
        st.sampled_from(("when", "when", "unless")),
    )
    body = conditions((*atoms, *OF_THE_QUESTION))
    return st.tuples(head, body).map(
        lambda it: f"{it[0][0]} ({it[0][1]}, {it[0][2]}, resource is {about}) {it[0][3]} {{ {it[1]} }};"
    )


def policy_sets(*named: tuple[str, Sequence[str]]) -> st.SearchStrategy[str]:
    """Return texts of a few policies about each type."""
    lists = [st.lists(policies(about, atoms), min_size=1, max_size=4) for about, atoms in named]
    return st.tuples(*lists).map(_written)


def _written(lists: tuple[list[str], ...]) -> str:
    found = [policy for policies_of_type in lists for policy in policies_of_type]
    return "\n".join(
        f'@id("random.rule_{number}") @title("Rule {number}") {policy}' for number, policy in enumerate(found)
    )
