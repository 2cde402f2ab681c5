# SPDX-License-Identifier: Apache-2.0
"""An office in which a clerk enters, controllers approve, and an auditor looks on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from cortex.approvals.approve import Approval, approve
from cortex.approvals.models import Proposal
from cortex.approvals.selectors import proposal_of
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory, open_books
from tests.factories.people import just_signed_in, let_in, person

LIMIT_MINOR = 100_00
ABOVE_MINOR = 250_00
STAFF = (("alice", "controller"), ("bob", "auditor"), ("clara", "clerk"), ("carol", "controller"))


@dataclass(frozen=True, kw_only=True)
class Office:
    """Books with people, whose clerks enter up to 100.00 alone."""

    books: Books
    people: dict[str, User]

    @property
    def company_id(self) -> UUID:
        return self.books.company_id

    def who(self, name: str) -> Principal:
        """Return somebody who has just signed in: rights are handed on, and limits changed, by no other."""
        return just_signed_in(self.people[name])

    @contextmanager
    def entered(self) -> Iterator[None]:
        with self.books.entered():
            yield

    def propose(self, *, by: str | Principal = "clara", draft: EntryDraft | None = None) -> ProposalRef:
        principal = self.who(by) if isinstance(by, str) else by
        with self.entered():
            proposal = post_or_propose_entries(
                company_id=self.company_id, drafts=[draft or above()], posted_by=principal
            )
        assert isinstance(proposal, ProposalRef)
        return proposal

    def approve(self, proposal: ProposalRef, *, by: str = "alice", digest: str | None = None) -> Approval:
        with self.entered():
            return approve(
                company_id=self.company_id,
                proposal_id=proposal.id,
                digest=digest or proposal.digest,
                approved_by=self.who(by),
            )

    def look(self, proposal: ProposalRef) -> Proposal:
        with self.entered():
            return proposal_of(company_id=self.company_id, proposal_id=proposal.id, reader=None)

    def look_up(self, reference: str) -> UUID:
        """Return the id of the entry with this reference."""
        found = list_journal_entries(
            company_id=self.company_id,
            filters=EntryFilters(reference=reference),
            reader=self.who("alice"),
            limit=1,
        )
        return found.entries[0].id

    def limit(self, role: str, limit_minor: int | None) -> None:
        with self.entered():
            set_entry_limit(
                company_id=self.company_id, role=role, entry_limit_minor=limit_minor, set_by=CONSOLE
            )

    def entries(self) -> int:
        return self.count("accounting_journal_entry")

    def count(self, table: str) -> int:
        with self.entered():
            return _count(table)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return what the company's own view answers to this query."""
        with self.entered():
            return _rows(query)

    def leaves(self, verb: str) -> list[dict[str, object]]:
        """Return the bodies of the company's leaves of one verb."""
        with self.entered():
            return [leaf for leaf in _leaves() if leaf["verb"] == verb]


@transactional
def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@transactional
def _rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@transactional
def _leaves() -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT convert_from(body, 'UTF8') FROM audit_entry ORDER BY id")
        return [json.loads(body) for (body,) in cursor.fetchall()]


def above(minor: int = ABOVE_MINOR, **given: object) -> EntryDraft:
    """Return a sale above the clerks' limit."""
    return EntryDraftFactory(amounts={BANK: minor, SALES: -minor}, **given)


def open_office(code: str = "DEMO") -> Office:
    """Open the office; nobody but clerks has a limit."""
    books = open_books(code=code)
    people = {name: person(name) for name, _ in STAFF} | {"charlie": person("charlie")}
    for name, role in STAFF:
        let_in(company_id=books.company_id, user_id=people[name].id, roles=[role])
    office = Office(books=books, people=people)
    office.limit("clerk", LIMIT_MINOR)
    return office
