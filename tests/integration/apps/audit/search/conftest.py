# SPDX-License-Identifier: Apache-2.0
"""Books with a past, and the cast in their browsers."""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from apps.accounting.services.close_period import close_period
from apps.accounting.services.post_journal_entries import PostedEntry
from cortex.identity.models import User
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in

LIST = "/api/v1/companies/DEMO/audit-leaves"


@dataclass(frozen=True)
class Past:
    """What was done: books opened, an entry posted, a period closed by Alice."""

    books: Books
    entry: PostedEntry
    people: dict[str, User]
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, name: str) -> Client:
        if name not in self.browsers:
            self.browsers[name] = sign_in(Client(), self.people[name])
        return self.browsers[name]


@pytest.fixture
def past(db: None) -> Past:
    return a_past()


def a_past() -> Past:
    books = open_books()
    people = {name: person(name) for name in ("alice", "bob", "clara", "charlie")}
    for name, role in (("alice", "controller"), ("bob", "auditor"), ("clara", "clerk")):
        let_in(company_id=books.company_id, user_id=people[name].id, roles=[role])
    entry = books.post()
    with books.entered():
        close_period(company_id=books.company_id, period_code="2026-01", closed_by=CONSOLE)
    return Past(books, entry, people)
