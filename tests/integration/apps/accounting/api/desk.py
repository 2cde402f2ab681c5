# SPDX-License-Identifier: Apache-2.0
"""The API as the cast uses it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from cortex.identity.models import User
from tests.factories.books import BANK, SALES, Books, open_books
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in

ENTRY = {
    "accounting_date": "2026-03-15",
    "narration": "Sale over the counter",
    "lines": [{"account": BANK, "debit": "12.34"}, {"account": SALES, "credit": "12.34"}],
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A company with books, and the people around it."""

    books: Books
    alice: User
    bob: User
    charlie: User
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, user: User) -> Client:
        """Return the browser of somebody, signed in."""
        if user.username not in self.clients:
            self.clients[user.username] = Client(raise_request_exception=False)
            sign_in(self.clients[user.username], user)
        return self.clients[user.username]

    def url(self, path: str) -> str:
        """Return the path of a resource of the company."""
        return f"/api/v1/companies/{self.books.code}/{path}"

    def get(self, path: str, user: User | None = None, **headers: str) -> HttpResponse:
        """Ask as Alice, or as somebody else."""
        return self.client(user or self.alice).get(self.url(path), headers=headers)

    def post(
        self, path: str, body: Any, user: User | None = None, *, key: str | None = "", **headers: str
    ) -> HttpResponse:
        """Post JSON under a fresh idempotency key, a given one, or none (None)."""
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid4())
        client = self.client(user or self.alice)
        return client.post(self.url(path), body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any, user: User | None = None, **headers: str) -> HttpResponse:
        """Change an object."""
        client = self.client(user or self.alice)
        return client.patch(self.url(path), body, content_type="application/json", headers=headers)

    def upload(self, files: dict[str, Any], user: User | None = None) -> HttpResponse:
        """Send a form to the imports."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self.client(user or self.alice).post(self.url("journal-imports"), files, headers=headers)

    def entries(self) -> list[dict[str, Any]]:
        """Return the posted entries, newest first."""
        items: list[dict[str, Any]] = self.get("journal-entries").json()["items"]
        return items


def open_desk() -> Desk:
    """Open books with Alice as controller, Bob as auditor and Charlie outside."""
    books = open_books()
    people = {name: person(name) for name in ("alice", "bob", "charlie")}
    for name, role in (("alice", "controller"), ("bob", "auditor")):
        let_in(company_id=books.company_id, user_id=people[name].id, roles=[role])
    return Desk(books=books, **people)
