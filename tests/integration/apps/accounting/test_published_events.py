# SPDX-License-Identifier: Apache-2.0
"""Every verb of the books publishes what it did, in the transaction in which it does it."""

import json
from typing import Any

import pytest
from django.db import connection

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.update_account import update_account
from cortex.database.transactions import transactional
from tests.factories.books import BANK, CONSOLE, YEAR, Books, open_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return open_books()


def published(books: Books) -> list[dict[str, Any]]:
    """Return the envelopes of the company in the order in which they were published."""

    @transactional
    def read() -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT envelope FROM events_outbox_event ORDER BY position")
            return [json.loads(bytes(row[0])) for row in cursor.fetchall()]

    with books.entered():
        return read()


def last(books: Books) -> tuple[str, dict[str, Any]]:
    event = published(books)[-1]
    return event["type"], event["data"]


class TestOpenedBooks:
    def test_tell_ledger_accounts_and_year(self, books: Books) -> None:
        events = published(books)
        types = [event["type"].removeprefix("accounting.") for event in events]
        assert types == ["ledger.created.v1", *["account.created.v1"] * 5, "fiscal_year.opened.v1"]
        ledger, account, *_, year = (event["data"] for event in events)
        assert ledger == {
            "aggregate_id": str(books.ledger_id),
            "code": "MAIN",
            "base_currency": "EUR",
            "fiscal_year_start_month": 1,
        }
        assert (account["code"], account["type"], account["is_bank_or_cash"]) == (BANK, "asset", False)
        assert (year["code"], year["start_date"], year["end_date"]) == (
            str(YEAR),
            f"{YEAR}-01-01",
            f"{YEAR}-12-31",
        )

    def test_tell_nothing_twice(self, books: Books) -> None:
        before = len(published(books))
        with books.entered():
            create_ledger(company_id=books.company_id, name="x", base_currency="EUR", created_by=CONSOLE)
            draft = AccountDraft(BANK, BANK, "asset")
            create_accounts(company_id=books.company_id, drafts=[draft], created_by=CONSOLE)
            open_fiscal_years(company_id=books.company_id, days=[], opened_by=CONSOLE)
        assert len(published(books)) == before


class TestChangedBooks:
    def test_tell_a_new_name_without_saying_it(self, books: Books) -> None:
        with books.entered():
            update_account(
                company_id=books.company_id, account_code=BANK, name="Giro of Ada", updated_by=CONSOLE
            )
        event_type, data = last(books)
        assert event_type == "accounting.account.updated.v1"
        assert {name: data[name] for name in ("code", "is_renamed", "is_active")} == {
            "code": BANK,
            "is_renamed": True,
            "is_active": True,
        }
        assert "Ada" not in json.dumps(published(books))

    def test_tell_that_an_account_rests(self, books: Books) -> None:
        with books.entered():
            update_account(
                company_id=books.company_id, account_code=BANK, is_active=False, updated_by=CONSOLE
            )
            update_account(
                company_id=books.company_id, account_code=BANK, is_active=False, updated_by=CONSOLE
            )
        assert last(books)[1]["is_active"] is False
        assert last(books)[1]["is_renamed"] is False
        assert [event["type"] for event in published(books)].count("accounting.account.updated.v1") == 1

    def test_tell_a_closed_period(self, books: Books) -> None:
        with books.entered():
            close_period(
                company_id=books.company_id, period_code=f"{YEAR}-01", closed_by=CONSOLE, reason="done"
            )
        assert last(books)[0] == "accounting.fiscal_period.state_changed.v1"
