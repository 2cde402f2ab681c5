# SPDX-License-Identifier: Apache-2.0
"""Conditions on rows, each written twice: for the policies, and as SQL that the database's owner would write.

What a list shows is then known without the engine and without the translation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

ROLES = ("viewer", "clerk", "accountant", "controller", "auditor")
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type, the table and id of its rows, and what can be said of them."""

    action: str
    table: str
    pairs: Sequence[Pair]
    key: str = "id"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One policy: whether it permits, for which role, about which type, and where."""

    permits: bool
    role: str
    about: str
    where: Pair
    is_negated: bool

    @property
    def in_cedar(self) -> str:
        """Return it without its annotations."""
        effect, clause = "permit" if self.permits else "forbid", "unless" if self.is_negated else "when"
        head = f'principal in Cortex::Role::"{self.role}", action, resource is {self.about}'
        return f"{effect} ({head}) {clause} {{ {self.where[0]} }};"

    @property
    def in_sql(self) -> str:
        """Return where it holds, of the row `r` and the person `%(reader)s`."""
        return f"NOT ({self.where[1]})" if self.is_negated else f"({self.where[1]})"


_BOOKS = "accounting.books.read"
_WEBHOOKS = "events.webhook.read"
_VIEWERS = "(SELECT user_id::text FROM guardian_userobjectpermission WHERE object_pk = r.id::text)"
KINDS: Mapping[str, Kind] = {
    "Accounting::JournalEntry": Kind(
        action=_BOOKS,
        table="accounting_journal_entry",
        pairs=(
            ("resource.is_cancellation", "r.is_cancellation"),
            (
                'resource has reference && resource.reference like "R-*"',
                "coalesce(r.reference LIKE 'R-%%', false)",
            ),
            (
                'resource.period.state == "open"',
                "(SELECT p.state = 'open' FROM accounting_fiscal_period p WHERE p.id = r.period_id)",
            ),
            (
                "resource has posted_by && resource.posted_by == principal",
                "(r.posted_by = 'user:' || %(reader)s OR r.posted_by LIKE 'client:%%:user:' || %(reader)s)",
            ),
        ),
    ),
    "Accounting::Account": Kind(
        action=_BOOKS,
        table="accounting_account",
        pairs=(
            ('resource.kind == "asset"', "r.type = 'asset'"),
            ('resource.code like "Income:*"', "r.code LIKE 'Income:%%'"),
            ("resource.is_active", "r.is_active"),
            (
                "principal is Cortex::User && resource.viewers.contains(principal)",
                f"%(reader)s IN {_VIEWERS}",
            ),
        ),
    ),
    "Accounting::FiscalPeriod": Kind(
        action=_BOOKS,
        table="accounting_fiscal_period",
        pairs=(
            ('resource.state == "open"', "r.state = 'open'"),
            ('resource.code like "*-0*"', "r.code LIKE '%%-0%%'"),
        ),
    ),
    "Audit::Entry": Kind(
        action="audit.log.read",
        table="audit_entry",
        key="leaf_id",
        pairs=(('resource.object like "*7"', "r.object_id::text LIKE '%%7'"),),
    ),
    "Cortex::Proposal": Kind(
        action="approvals.proposal.read",
        table="approvals_proposal",
        pairs=(
            (
                "resource has amount_minor && resource.amount_minor > 10000",
                "coalesce(r.amount_minor > 10000, false)",
            ),
            (
                "resource has proposed_by && resource.proposed_by == principal",
                "coalesce(r.proposer_user_id = %(reader)s::uuid, false)",
            ),
            ('resource.action like "*period*"', "r.action LIKE '%%period%%'"),
        ),
    ),
    "Events::HeldDelivery": Kind(
        action="events.delivery.read",
        table="events_held_delivery",
        pairs=(
            ('resource.state == "dead"', "r.state = 'dead'"),
            ("resource.attempts >= 2", "r.attempts >= 2"),
        ),
    ),
    "Events::WebhookDelivery": Kind(
        action=_WEBHOOKS,
        table="events_webhook_delivery",
        pairs=(
            ('resource.state == "queued"', "r.state = 'queued'"),
            (
                "resource.endpoint.is_active",
                "(SELECT e.is_active FROM events_webhook_endpoint e WHERE e.id = r.endpoint_id)",
            ),
        ),
    ),
    "Events::WebhookEndpoint": Kind(
        action=_WEBHOOKS,
        table="events_webhook_endpoint",
        pairs=(
            ('resource.event_types.contains("*")', "'*' = ANY (r.event_types)"),
            ('resource.url like "*/1"', "r.url LIKE '%%/1'"),
        ),
    ),
    "Jobs::Job": Kind(
        action="jobs.job.read",
        table="jobs_job",
        pairs=(
            ('resource.state == "queued"', "r.state = 'queued'"),
            (
                "resource has owner && resource.owner == principal",
                "((r.owner_kind = 'user' OR r.owner_acts_for_person) AND r.owner_user_id::text = %(reader)s)",
            ),
        ),
    ),
    "People::Membership": Kind(
        action="identity.membership.read",
        table="identity_membership",
        pairs=(
            ('resource.roles.contains("auditor")', "'auditor' = ANY (r.roles)"),
            ("resource.member == principal", "r.user_id = %(reader)s::uuid"),
            (
                "resource.is_active",
                "(SELECT u.is_active FROM identity_user u WHERE u.id = r.user_id)",
            ),
        ),
    ),
}


def rules() -> st.SearchStrategy[list[Rule]]:
    """Return a few rules about every type."""
    return st.tuples(*(st.lists(_rules_about(about), min_size=2, max_size=6) for about in KINDS)).map(
        lambda lists: [rule for of_type in lists for rule in of_type]
    )


def _rules_about(about: str) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        permits=st.sampled_from((True, True, False)),
        role=st.sampled_from(ROLES),
        about=st.just(about),
        where=st.sampled_from(KINDS[about].pairs),
        is_negated=st.booleans(),
    )


def text_of(rules: Sequence[Rule]) -> str:
    """Return the policies as one text."""
    return "\n".join(
        f'@id("random.rule_{number}") @title("Rule {number}") {rule.in_cedar}'
        for number, rule in enumerate(rules)
    )


def sql_of(rules: Sequence[Rule], *, about: str, roles: frozenset[str]) -> str:
    """Return the statement of what somebody with these roles in the company `%(company)s` sees."""
    kind = KINDS[about]
    mine = [rule for rule in rules if rule.about == about and rule.role in roles]
    permits = " OR ".join(rule.in_sql for rule in mine if rule.permits) or "false"
    forbids = " OR ".join(rule.in_sql for rule in mine if not rule.permits) or "false"
    return (
        f"SELECT r.{kind.key} FROM {kind.table} r WHERE r.company_id = %(company)s"
        f" AND ({permits}) AND NOT ({forbids})"
    )
