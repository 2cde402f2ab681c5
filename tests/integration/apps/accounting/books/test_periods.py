# SPDX-License-Identifier: Apache-2.0
"""Periods: seen by all, changed with a reason and a confirmation."""

from typing import Any

import pytest
from django.test import Client

from apps.accounting.selectors.periods import get_period, list_periods
from apps.accounting.services.close_period import close_period
from tests.factories.books import CONSOLE, Books
from tests.integration.apps.accounting.books.conftest import SignIn

ADDRESS = "/books/DEMO/periods/2026-03/"


def change(to: str, **changes: Any) -> dict[str, Any]:
    return {"wanted": to, "reason": "Checked with the bank", "is_confirmed": "on", **changes}


def state(books: Books) -> str:
    with books.entered():
        return get_period(company_id=books.company_id, code="2026-03").state


class TestPeriod:
    @pytest.mark.parametrize("wanted", ["soft_closed", "closed"])
    def test_is_closed_with_a_reason(self, wanted: str, books: Books, alice: Client) -> None:
        assert alice.post(ADDRESS, change(wanted)).headers["Location"] == "/books/DEMO/periods/"
        assert state(books) == wanted
        history = alice.get(ADDRESS).content.decode()
        assert "Close a fiscal period" in history
        assert "Alice" in history

    def test_is_reopened_and_locked_for_good(self, books: Books, alice: Client) -> None:
        for wanted in ("closed", "open", "closed", "locked"):
            assert alice.post(ADDRESS, change(wanted)).status_code == 303
            assert state(books) == wanted
        page = alice.get(ADDRESS).content
        assert b"Locked for good" in page
        assert b"<textarea" not in page

    @pytest.mark.parametrize("missing", [{"reason": ""}, {"is_confirmed": ""}, {"wanted": "locked"}])
    def test_is_not_changed_without_reason_confirmation_or_a_possible_state(
        self, missing: dict[str, str], books: Books, alice: Client
    ) -> None:
        assert alice.post(ADDRESS, change("closed", **missing)).status_code == 422
        assert state(books) == "open"

    def test_is_only_read_by_the_auditor(self, books: Books, sign_in: SignIn) -> None:
        bob = sign_in("bob")
        assert b"Yours to read" in bob.get(ADDRESS).content
        assert bob.post(ADDRESS, change("closed")).status_code == 403
        assert state(books) == "open"

    def test_that_does_not_exist_is_said(self, alice: Client) -> None:
        assert alice.get("/books/DEMO/periods/1999-01/").status_code == 404


class TestPeriods:
    def test_show_their_state(self, books: Books, alice: Client) -> None:
        with books.entered():
            close_period(company_id=books.company_id, period_code="2026-01", closed_by=CONSOLE)
        page = alice.get("/books/DEMO/periods/").content.decode()
        assert 'class="closed" href="/books/DEMO/periods/2026-01/"' in page
        assert 'class="open" href="/books/DEMO/periods/2026-02/"' in page

    def test_of_a_new_year_are_opened_once(self, books: Books, alice: Client) -> None:
        for said in ("Opened 2027.", "The fiscal year of 2027-05-01 was open before."):
            response = alice.post("/books/DEMO/periods/open-year/", {"day": "2027-05-01"}, follow=True)
            assert said in response.content.decode()
        with books.entered():
            assert len(list_periods(company_id=books.company_id, reader=None)) == 24

    def test_of_no_day_are_refused_beside_the_field(self, alice: Client) -> None:
        response = alice.post("/books/DEMO/periods/open-year/", {"day": ""})
        assert response.status_code == 422
        assert b"This field is required." in response.content
