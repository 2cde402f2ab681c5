# SPDX-License-Identifier: Apache-2.0
"""Two companies in one database, and somebody with the application's password and an SQL prompt."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from apps.accounting.selectors.accounts import get_account
from apps.accounting.selectors.ledger import get_journal
from apps.accounting.services.close_period import close_period
from apps.accounting.services.find_or_create_parties import find_or_create_parties
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.update_account import update_account
from cortex.ids import uuid7
from tests.factories.books import BANK, CONSOLE, RENT, SALES, TAX, Books, EntryDraftFactory, open_books
from tests.frame.clones import Clone

OPEN_DAY, CLOSED_DAY, LOCKED_DAY = date(2026, 3, 15), date(2026, 2, 10), date(2026, 1, 10)
TYPES = {
    "p_company": "uuid", "p_ledger": "uuid", "p_journal": "uuid", "p_posted_by": "text",
    "e_id": "uuid[]", "e_date": "date[]", "e_reference": "text[]", "e_reverses": "uuid[]",
    "e_is_cancellation": "boolean[]", "e_line_count": "integer[]", "e_commitment": "bytea[]",
    "e_salt": "bytea[]", "e_narration": "text[]", "e_line_narrations": "text[]",
    "l_entry": "integer[]", "l_line_no": "integer[]", "l_account": "uuid[]", "l_party": "uuid[]",
    "l_amount": "bigint[]",
}  # fmt: skip
GUEST = "Harbour Hotel"
CALL = "SELECT * FROM accounting_post_entries({})".format(
    ", ".join(f"{name} => %({name})s::{kind}" for name, kind in TYPES.items())
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the attacker knows of one company."""

    books: Books
    company: UUID
    journal: UUID
    bank: UUID
    sales: UUID
    tax: UUID
    inactive: UUID
    party: UUID
    entry: UUID
    reference: str = "A-1"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Both companies; the attacker works for `own` and would like to reach `other`."""

    own: Target
    other: Target
    clone: Clone = field(repr=False)

    @contextmanager
    def session(self, *companies: UUID, alias: str = "DATABASE_URL") -> Iterator[psycopg.Connection[Any]]:
        """Open a transaction under a role, scoped to some companies; whatever it did is rolled back."""
        with psycopg.connect(os.environ[alias]) as raw:
            if companies:
                raw.execute(
                    "SELECT set_config('app.company_ids', %s, false)", [",".join(map(str, companies))]
                )
                raw.commit()
            try:
                yield raw
            finally:
                raw.rollback()

    def call(self, **hostile: Any) -> Mapping[str, Any]:
        """Return the arguments of a posting that would be taken, but for what is given."""
        own = self.own
        arguments: dict[str, Any] = {
            "p_company": own.company, "p_ledger": own.books.ledger_id, "p_journal": own.journal,
            "p_posted_by": "service:console",
            "e_id": [uuid7()], "e_date": [OPEN_DAY], "e_reference": [None], "e_reverses": [None],
            "e_is_cancellation": [False], "e_line_count": [2], "e_commitment": [bytes(32)],
            "e_salt": [bytes(32)], "e_narration": ["Sale"], "e_line_narrations": [None],
            "l_entry": [1, 1], "l_line_no": [1, 2], "l_account": [own.bank, own.sales],
            "l_party": [None, None], "l_amount": [1_234, -1_234],
        }  # fmt: skip
        return arguments | hostile


def prepare_scene(clone: Clone) -> Scene:
    """Open the books of two companies with an entry, a closed and a locked month and an inactive account."""
    return Scene(own=_target("ACME"), other=_target("RIVAL"), clone=clone)


def _target(code: str) -> Target:
    books = open_books(code=code)
    entry = books.post(EntryDraftFactory(reference="A-1"))
    company_id = books.company_id
    with books.entered():
        update_account(company_id=company_id, account_code=RENT, updated_by=CONSOLE, is_active=False)
        for month in ("2026-01", "2026-02"):
            close_period(company_id=company_id, period_code=month, closed_by=CONSOLE, reason="done")
        lock_period(company_id=company_id, period_code="2026-01", locked_by=CONSOLE)
        ids = {
            name: get_account(company_id=company_id, reader=None, code=account).id
            for name, account in {"bank": BANK, "sales": SALES, "tax": TAX, "inactive": RENT}.items()
        }
        return Target(
            books=books,
            company=company_id,
            journal=get_journal(company_id=company_id, code="GENERAL").id,
            party=find_or_create_parties(company_id=company_id, names=[GUEST], named_by=CONSOLE)[GUEST],
            entry=entry.id,
            **ids,
        )
