# SPDX-License-Identifier: Apache-2.0
"""Write an entry: posted once, refused beside the field, amounts as the ledger's people write them."""

import re
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounting.domain.party_name import UNREADABLE
from apps.accounting.models import Ledger
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from apps.accounting.services.close_period import close_period
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory
from tests.factories.keepers import keeper_away
from tests.frame.clones import Clone
from tests.frame.threads import together
from tests.integration.apps.accounting.books.conftest import SignIn, staffed_books

ADDRESS = "/books/DEMO/entries/new/"


def typed(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a sale of 12.34, with an empty third line."""
    return {
        "key": str(uuid4()),
        "accounting_date": "2026-03-15",
        "narration": "Sale over the counter",
        "reference": "",
        "account": [BANK, SALES, ""],
        "party": ["Orchard School", "", ""],
        "memo": ["", "March", ""],
        "debit": ["12.34", "", ""],
        "credit": ["", "12.34", ""],
        **changes,
    }


def posted(books: Books) -> list[EntryView]:
    """Return every entry of the books."""
    with books.entered():
        return list(
            list_journal_entries(company_id=books.company_id, reader=None, filters=EntryFilters()).entries
        )


class TestNewEntry:
    def test_is_posted_as_typed(self, books: Books, alice: Client) -> None:
        response = alice.post(ADDRESS, typed(reference="R-7"))
        (entry,) = posted(books)
        assert response.status_code == 303
        assert response.headers["Location"] == f"/books/DEMO/entries/{entry.id}/"
        assert (entry.accounting_date, entry.narration, entry.reference) == (
            date(2026, 3, 15),
            "Sale over the counter",
            "R-7",
        )
        assert [(line.account_code, line.amount_minor, line.party) for line in entry.lines] == [
            (BANK, 1_234, "Orchard School"),
            (SALES, -1_234, None),
        ]
        assert entry.lines[1].narration == "March"
        assert f"Posted {entry.label}." in alice.get(response.headers["Location"]).content.decode()

    def test_like_another_copies_no_name_that_cannot_be_read(self, books: Books, alice: Client) -> None:
        entry = books.post(EntryDraftFactory(party="Orchard School"))
        asked = f"{ADDRESS}?like={entry.id}"
        assert 'value="Orchard School"' in alice.get(asked).content.decode()
        with keeper_away():
            form, read = alice.get(asked), alice.get(f"/books/DEMO/entries/{entry.id}/")
        assert UNREADABLE not in form.content.decode()
        assert UNREADABLE in read.content.decode()

    def test_with_a_party_is_refused_and_kept_while_no_keeper_answers(
        self, books: Books, alice: Client
    ) -> None:
        with keeper_away():
            response = alice.post(ADDRESS, typed())
        assert response.status_code == 422
        assert "Names of parties: expected a keeper of keys that answers" in response.content.decode()
        assert posted(books) == []

    def test_sent_three_times_is_posted_once(self, books: Books, alice: Client) -> None:
        form = typed()
        locations = {alice.post(ADDRESS, form).headers["Location"] for _ in range(3)}
        assert len(locations) == len(posted(books)) == 1

    def test_sent_again_with_other_content_is_asked_about(self, books: Books, alice: Client) -> None:
        form = typed()
        alice.post(ADDRESS, form)
        response = alice.post(ADDRESS, {**form, "narration": "Another sale"})
        assert response.status_code == 422
        assert b"This form was posted before with other content." in response.content
        key = re.search(r'name="key" value="([^"]+)"', response.content.decode())
        assert key is not None
        assert alice.post(ADDRESS, {**form, "narration": "Another sale", "key": key[1]}).status_code == 303
        assert len(posted(books)) == 2

    def test_by_htmx_is_followed_by_a_header(self, books: Books, alice: Client) -> None:
        response = alice.post(ADDRESS, typed(), headers={"HX-Request": "true"})
        (entry,) = posted(books)
        assert (response.status_code, response.headers["HX-Redirect"]) == (
            204,
            f"/books/DEMO/entries/{entry.id}/",
        )

    def test_like_another_begins_with_its_lines(self, books: Books, alice: Client) -> None:
        entry = books.post(EntryDraftFactory(amounts={BANK: 123_456, SALES: -123_456}))
        page = alice.get(f"{ADDRESS}?like={entry.id}").content.decode()
        assert 'value="1,234.56"' in page
        assert f'value="{BANK}"' in page
        assert alice.get(f"{ADDRESS}?like=nothing").status_code == 404

    def test_offers_accounts_and_parties_by_name(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(party="Orchard School"))
        page = alice.get(ADDRESS).content.decode()
        assert f'<option value="{BANK}">' in page
        assert '<option value="Orchard School">' in page


class TestRace:
    @pytest.fixture
    def books(self, committed_database: Clone) -> Books:
        return staffed_books()

    def test_of_three_posts_of_one_form_is_won_by_one_and_told_to_all(
        self, books: Books, sign_in: SignIn
    ) -> None:
        form, browsers = typed(), [sign_in("alice") for _ in range(3)]
        sent = [partial(browser.post, ADDRESS, form) for browser in browsers]
        locations = {response.headers["Location"] for response in together(sent)}
        (entry,) = posted(books)
        assert locations == {f"/books/DEMO/entries/{entry.id}/"}


class TestRefusal:
    """Each is a 422 that keeps what was typed and leaves nothing in the books."""

    def refused(self, books: Books, alice: Client, **changes: Any) -> str:
        response = alice.post(ADDRESS, typed(**changes))
        assert response.status_code == 422
        assert posted(books) == []
        page = response.content.decode()
        assert 'value="Orchard School"' in page
        return page

    def test_of_an_entry_out_of_balance_names_the_difference(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, credit=["", "12.35", ""])
        assert "credits 0.01 too high" in page
        assert 'value="12.35"' in page

    def test_of_an_unknown_account_stands_in_its_line(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, account=[BANK, "Income:Nothing", ""])
        assert 'id="line_2_account_error">Account Income:Nothing: expected an account of the chart' in page
        assert 'id="line_1_account_error"' not in page

    def test_of_a_date_without_period_stands_at_the_date(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, accounting_date="2031-01-01")
        assert 'id="id_accounting_date_error">Journal entry of 2031-01-01: expected an open' in page

    def test_of_a_closed_period_stands_at_the_date(self, books: Books, alice: Client) -> None:
        with books.entered():
            close_period(company_id=books.company_id, period_code="2026-03", closed_by=CONSOLE)
        assert "which is closed" in self.refused(books, alice)

    def test_of_a_single_line_says_that_two_are_needed(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, account=[BANK, "", ""], credit=["", "", ""], memo=["", "", ""])
        assert "expected 2 to" in page

    def test_of_both_sides_and_of_neither(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, debit=["12.34", "", ""], credit=["12.34", "", ""])
        assert "Expected a debit or a credit, got both." in page
        assert "Expected a debit or a credit, got neither." in page

    def test_of_a_negative_amount(self, books: Books, alice: Client) -> None:
        assert "use the other side for a minus" in self.refused(books, alice, debit=["-12.34", "", ""])

    def test_of_missing_fields(self, books: Books, alice: Client) -> None:
        page = self.refused(books, alice, narration="", accounting_date="soon", account=["", SALES, ""])
        assert page.count("This field is required.") == 2
        assert "Enter a valid date." in page

    def test_by_htmx_is_the_form_alone(self, books: Books, alice: Client) -> None:
        response = alice.post(ADDRESS, typed(narration=""), headers={"HX-Request": "true"})
        assert response.status_code == 422
        assert b"<html" not in response.content
        assert b'id="entry-form"' in response.content


class TestLocaleAmounts:
    def test_are_read_strictly_as_the_ledger_writes_them(self, books: Books, alice: Client) -> None:
        with books.entered():
            Ledger.objects.filter(company_id=books.company_id).update(locale="de")
        response = alice.post(ADDRESS, typed(debit=["1.234,50", "", ""], credit=["", "1234,50", ""]))
        assert response.status_code == 303
        (entry,) = posted(books)
        assert entry.total_minor == 123_450
        assert b"1.234,50" in alice.get(response.headers["Location"]).content

    def test_with_the_other_decimal_mark_are_refused_instead_of_multiplied(
        self, books: Books, alice: Client
    ) -> None:
        response = alice.post(ADDRESS, typed(debit=["12,34", "", ""]))
        assert response.status_code == 422
        assert b"expected an amount such as 1,234.50" in response.content
        assert posted(books) == []


def test_an_entry_shows_who_posted_it(books: Books, alice: Client) -> None:
    location = alice.post(ADDRESS, typed()).headers["Location"]
    (entry,) = posted(books)
    with books.entered():
        assert get_journal_entry(
            company_id=books.company_id, reader=None, entry_id=entry.id
        ).posted_by.startswith("user:")
    assert b"<dd>Alice</dd>" in alice.get(location).content
