# SPDX-License-Identifier: Apache-2.0
"""The way in: the company, and books that are new."""

from django.test import Client

from apps.accounting.selectors.ledger import find_ledger
from cortex.identity.models import User
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope
from tests.factories.books import Books
from tests.factories.people import create_company, let_in
from tests.integration.apps.accounting.books.conftest import SignIn


def second_company() -> Company:
    """Make Alice a controller of a company without books."""
    company = create_company(code="NEW", name="New Venture")
    alice = User.objects.get(username="alice")
    let_in(company_id=company.id, user_id=alice.id, roles=["controller"])
    return company


class TestCompanies:
    def test_lead_straight_into_the_only_one(self, alice: Client) -> None:
        assert alice.get("/books/").headers["Location"] == "/books/DEMO/"

    def test_are_listed_when_there_are_several(self, alice: Client) -> None:
        second_company()
        page = alice.get("/books/").content.decode()
        assert "/books/DEMO/" in page
        assert "New Venture" in page

    def test_of_somebody_without_any_say_what_to_do(self, sign_in: SignIn) -> None:
        page = sign_in("charlie").get("/books/")
        assert page.status_code == 200
        assert b"You belong to no company" in page.content


class TestOverview:
    def test_of_a_company_without_books_offers_to_open_them(self, alice: Client) -> None:
        second_company()
        page = alice.get("/books/NEW/").content
        assert b"No books yet" in page
        assert b"/books/NEW/open/" in page

    def test_of_empty_books_teaches_the_first_steps(self, alice: Client) -> None:
        page = alice.get("/books/DEMO/").content.decode()
        assert "Nothing is posted yet" in page
        assert "Import a journal" in page
        assert "Write the first entry" in page

    def test_shows_figures_plot_and_latest_entries(self, books: Books, alice: Client) -> None:
        books.post()
        page = alice.get("/books/DEMO/").content.decode()
        assert "GENERAL/2026/1" in page
        assert "Income 2026" in page
        assert "2026-03: income 12.34 EUR" in page
        assert "12.34" in page


class TestOpenBooks:
    def test_opens_a_ledger_as_asked(self, alice: Client) -> None:
        company = second_company()
        form = {"currency": "chf", "start_month": "7", "locale": "de_CH"}
        assert alice.post("/books/NEW/open/", form).headers["Location"] == "/books/NEW/"
        with scope([company.id]):
            ledger = find_ledger(company_id=company.id)
        assert ledger is not None
        assert (ledger.base_currency, ledger.fiscal_year_start_month, ledger.locale) == ("CHF", 7, "de_CH")

    def test_says_what_is_wrong_with_a_currency(self, alice: Client) -> None:
        second_company()
        response = alice.post("/books/NEW/open/", {"currency": "QQQ", "start_month": "1", "locale": "en"})
        assert response.status_code == 422
        assert b"expected a code of ISO 4217" in response.content

    def test_asks_for_what_is_missing(self, alice: Client) -> None:
        second_company()
        response = alice.post("/books/NEW/open/", {"currency": "", "start_month": "13"})
        assert response.status_code == 422
        assert b"This field is required." in response.content


def test_a_page_of_a_company_without_books_says_how_to_open_them(alice: Client) -> None:
    second_company()
    response = alice.get("/books/NEW/entries/")
    assert response.status_code == 404
    assert b"expected books of this company" in response.content
