# SPDX-License-Identifier: Apache-2.0
"""The list of entries, an entry with its leaf, and its reversal."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounting.books.pages import entries as entries_page
from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.services.close_period import close_period
from cortex.ports import registry
from cortex.ports.audit_log import AuditLog
from tests.factories.books import CONSOLE, Books, EntryDraftFactory


def labels(page: bytes) -> list[str]:
    """Return the entries of a list in their order."""
    return re.findall(r">(GENERAL/2026/\d+|IMPORT/2026/\d+)</a>", page.decode())


class TestEntries:
    def test_are_shown_newest_first(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(accounting_date=date(2026, 1, 2)))
        books.post(EntryDraftFactory(accounting_date=date(2026, 5, 6)))
        assert labels(alice.get("/books/DEMO/entries/").content) == ["GENERAL/2026/2", "GENERAL/2026/1"]

    def test_are_paged_forth_and_back(
        self, books: Books, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(entries_page, "PAGE_SIZE", 2)
        for day in range(1, 6):
            books.post(EntryDraftFactory(accounting_date=date(2026, 1, day)))
        pages, address = [], "/books/DEMO/entries/"
        for relation in ("next", "next", "prev", "prev", ""):
            page = alice.get(address).content
            pages.append([int(label.rpartition("/")[2]) for label in labels(page)])
            link = re.search(rf'rel="{relation}" href="([^"]+)"', page.decode()) if relation else None
            address = "/books/DEMO/entries/" + link[1].replace("&amp;", "&") if link else address
        assert pages == [[5, 4], [3, 2], [1], [3, 2], [5, 4]]

    def test_are_filtered_by_journal_dates_and_reference(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(reference="A-1"), journal_code="IMPORT")
        books.post(EntryDraftFactory(accounting_date=date(2026, 6, 30)))
        for query, expected in (
            ("journal=IMPORT", ["IMPORT/2026/1"]),
            ("reference=A-1", ["IMPORT/2026/1"]),
            ("from_date=2026-06-01", ["GENERAL/2026/1"]),
            ("to_date=2026-05-31", ["IMPORT/2026/1"]),
            ("reference=A-2", []),
        ):
            assert labels(alice.get(f"/books/DEMO/entries/?{query}").content) == expected

    def test_say_beside_the_field_what_cannot_be_read(self, alice: Client) -> None:
        response = alice.get("/books/DEMO/entries/?from_date=yesterday")
        assert response.status_code == 422
        assert b"Enter a valid date." in response.content

    @pytest.mark.parametrize("place", ["nonsense", "2026-01-01~x", "~"])
    def test_refuse_a_place_that_they_did_not_make(self, place: str, alice: Client) -> None:
        response = alice.get("/books/DEMO/entries/", {"after": place})
        assert response.status_code == 400
        assert b"Begin at the first page." in response.content


class TestEntry:
    def test_shows_its_lines_and_the_leaf_that_proves_it(self, books: Books, alice: Client) -> None:
        posted = books.post(EntryDraftFactory(party="Orchard School"))
        with books.entered():
            (leaf,) = registry.get(AuditLog).leaves_of(company_id=books.company_id, object_id=posted.id)
        page = alice.get(f"/books/DEMO/entries/{posted.id}/").content.decode()
        for text in ("Sale over the counter", "Orchard School", "12.34", "console (service)", leaf.leaf_hash):
            assert text in page

    def test_leads_to_its_neighbours_in_the_filtered_list(self, books: Books, alice: Client) -> None:
        first, second, third = (
            books.post(EntryDraftFactory(accounting_date=date(2026, 1, day))) for day in (1, 2, 3)
        )
        page = alice.get(f"/books/DEMO/entries/{second.id}/?to_date=2026-01-02").content.decode()
        assert f'rel="next" href="/books/DEMO/entries/{first.id}/?to_date=2026-01-02"' in page
        assert str(third.id) not in page

    def test_that_does_not_exist_is_said_in_a_sentence(self, alice: Client) -> None:
        response = alice.get(f"/books/DEMO/entries/{uuid4()}/")
        assert response.status_code == 404
        assert b"expected an entry of this company" in response.content


class TestReversal:
    def test_is_posted_with_its_own_date_and_linked_both_ways(self, books: Books, alice: Client) -> None:
        posted = books.post()
        address = f"/books/DEMO/entries/{posted.id}/reverse/"
        assert b"nothing is deleted" in alice.get(address).content
        response = alice.post(address, {"accounting_date": "2026-04-01", "narration": "Posted twice"})
        reversal_page = alice.get(response.headers["Location"]).content.decode()
        assert "Reversed GENERAL/2026/1." in reversal_page
        assert f"/books/DEMO/entries/{posted.id}/" in reversal_page
        with books.entered():
            entry = get_journal_entry(company_id=books.company_id, reader=None, entry_id=posted.id)
            reversal = get_journal_entry(
                company_id=books.company_id, reader=None, entry_id=entry.reversed_by_id
            )
        assert (reversal.accounting_date, reversal.narration) == (date(2026, 4, 1), "Posted twice")
        assert "Reverse…" not in alice.get(f"/books/DEMO/entries/{posted.id}/").content.decode()

    def test_before_its_entry_is_refused_beside_the_date(self, books: Books, alice: Client) -> None:
        posted = books.post()
        response = alice.post(f"/books/DEMO/entries/{posted.id}/reverse/", {"accounting_date": "2026-03-01"})
        assert response.status_code == 422
        assert b"expected a date from 2026-03-15 on" in response.content

    def test_into_a_closed_period_is_refused_beside_the_date(self, books: Books, alice: Client) -> None:
        posted = books.post()
        with books.entered():
            close_period(company_id=books.company_id, period_code="2026-03", closed_by=CONSOLE)
        response = alice.post(f"/books/DEMO/entries/{posted.id}/reverse/", {"accounting_date": "2026-03-31"})
        assert response.status_code == 422
        assert b"expected an open fiscal period" in response.content

    def test_of_an_entry_reversed_before_is_a_conflict(self, books: Books, alice: Client) -> None:
        posted = books.post()
        address = f"/books/DEMO/entries/{posted.id}/reverse/"
        assert alice.post(address, {"accounting_date": "2026-03-15"}).status_code == 303
        response = alice.post(address, {"accounting_date": "2026-03-15"})
        assert response.status_code == 409
        assert b"expected one that was not reversed" in response.content
