# SPDX-License-Identifier: Apache-2.0
"""The audit log among the books: searched in a browser, and taken away as a table."""

import csv
import io
import re

import pytest

from apps.accounting.books.pages import audit_log
from tests.integration.apps.audit.search.conftest import Past

PAGE, TABLE = "/books/DEMO/audit-log/", "/books/DEMO/audit-log.csv"


class TestPage:
    def test_shows_who_did_what_to_what_and_its_hash(self, past: Past) -> None:
        page = past.browser("bob").get(PAGE).content.decode()
        for text in ("console (service)", "accounting.journal_entry.post", str(past.entry.id), "Leaf hash"):
            assert text in page
        assert f"/books/DEMO/entries/{past.entry.id}/" in page

    def test_shows_the_digest_before_a_change_and_none_of_what_is_new(self, past: Past) -> None:
        bob = past.browser("bob")
        changed = bob.get(PAGE, {"verb": "accounting.fiscal_period.close"}).content.decode()
        new = bob.get(PAGE, {"verb": "accounting.account.create"}).content.decode()
        assert re.search(r'Digest before</dt><dd><code class="hash">[0-9a-f]{64}<', changed)
        assert "Digest before" not in new

    def test_keeps_its_filters_from_page_to_page(self, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit_log, "PAGE_SIZE", 1)
        with past.books.entered():
            past.books.post()
        bob = past.browser("bob")
        first = bob.get(PAGE, {"verb": "accounting.journal_entry."}).content.decode()
        further = re.search(r'rel="next" href="([^"]+)"', first)
        assert further is not None
        second = bob.get(PAGE + further[1].replace("&amp;", "&")).content.decode()
        assert (str(past.entry.id) in first, str(past.entry.id) in second) == (False, True)
        assert 'rel="next"' not in second

    def test_says_when_nothing_fits_and_what_cannot_be_read(self, past: Past) -> None:
        bob = past.browser("bob")
        assert "No leaf fits" in bob.get(PAGE, {"actor": "nobody"}).content.decode()
        wrong = bob.get(PAGE, {"object": "x", "verb": "Ä"})
        assert wrong.status_code == 422
        assert "Enter a valid UUID." in wrong.content.decode()
        assert bob.get(PAGE, {"after": "2026-01-01T00:00:00~1"}).status_code == 400

    def test_is_for_watchers_alone(self, past: Past) -> None:
        assert past.browser("clara").get(PAGE).status_code == 403
        assert past.browser("charlie").get(PAGE).status_code == 404
        assert PAGE not in past.browser("clara").get("/books/DEMO/").content.decode()
        assert PAGE in past.browser("bob").get("/books/DEMO/").content.decode()


class TestTable:
    def test_holds_what_fits(self, past: Past) -> None:
        answer = past.browser("bob").get(TABLE, {"object": str(past.entry.id)})
        (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-log-DEMO.csv"'
        assert (row["verb"], row["actor"]) == ("accounting.journal_entry.post", "service:console")
        assert len(row["leaf_hash"]) == 64
        assert row["digest_before"] == ""

    def test_holds_what_a_change_was_made_of(self, past: Past) -> None:
        answer = past.browser("bob").get(TABLE, {"verb": "accounting.fiscal_period.close"})
        (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
        assert re.fullmatch("[0-9a-f]{64}", row["digest_before"])
        assert row["digest_before"] != row["digest"]

    def test_is_refused_rather_than_cut_off(self, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit_log, "TABLE_ROWS_MAX", 2)
        answer = past.browser("bob").get(TABLE)
        assert answer.status_code == 422
        assert b"expected at most 2 leaves, got more" in answer.content
