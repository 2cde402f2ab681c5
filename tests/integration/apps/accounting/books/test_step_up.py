# SPDX-License-Identifier: Apache-2.0
"""Where a policy asks for a credential of now, a page leads to it, and nothing is done meanwhile."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from cortex import clock
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from tests.factories.books import Books
from tests.factories.sessions import sign_in
from tests.integration.apps.accounting.books.test_new_entry import ADDRESS, posted, typed

FRESH = """
@id("tests.posting_needs_a_credential_of_now")
@title("Whoever posts gives a credential again")
@requires("step_up")
forbid (principal, action == Cortex::Action::"accounting.journal_entry.post", resource)
unless { context.is_fresh };
"""


@pytest.fixture
def browser(books: Books, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return Alice's browser, an hour after she signed in, where posting needs more than that."""
    engine = PolicyEngine(packaged_text() + FRESH, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    alice = User.objects.get(username="alice")
    return sign_in(Client(), alice, at=clock.now() - timedelta(hours=1))


def led_to(address: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(address)
    return parts.path, parse_qs(parts.query)


class TestAForm:
    def test_is_not_carried_out_and_leads_to_the_confirmation_and_back(
        self, books: Books, browser: Client
    ) -> None:
        came_from = {"Referer": f"http://testserver{ADDRESS}"}
        answer = browser.post(ADDRESS, typed(), headers=came_from)
        assert answer.status_code == 303
        assert led_to(answer.headers["Location"]) == (
            "/accounts/confirm/",
            {"next": [ADDRESS], "sent": ["1"]},
        )
        assert posted(books) == []

    def test_of_a_part_of_the_page_leads_the_whole_page_there(self, books: Books, browser: Client) -> None:
        came_from = {"Referer": f"http://testserver{ADDRESS}", "HX-Request": "true"}
        answer = browser.post(ADDRESS, typed(), headers=came_from)
        assert (answer.status_code, answer.content) == (204, b"")
        assert led_to(answer.headers["HX-Redirect"])[0] == "/accounts/confirm/"
        assert posted(books) == []

    def test_never_leads_back_to_another_site(self, books: Books, browser: Client) -> None:
        answer = browser.post(ADDRESS, typed(), headers={"Referer": "https://elsewhere.example/books/"})
        assert led_to(answer.headers["Location"])[1]["next"] == ["/"]

    def test_is_carried_out_after_the_confirmation(self, books: Books, browser: Client) -> None:
        browser.post(ADDRESS, typed())
        sign_in(browser, User.objects.get(username="alice"))
        assert browser.post(ADDRESS, typed()).headers["Location"].startswith("/books/DEMO/entries/")
        assert len(posted(books)) == 1


class TestAProgramOfThePage:
    def test_is_told_what_is_missing(self, books: Books, browser: Client) -> None:
        lines = [{"account": "1200", "amount": "1.00"}, {"account": "4000", "amount": "-1.00"}]
        answer = browser.post(
            "/api/v1/companies/DEMO/journal-entries",
            {"journal": "GEN", "accounting_date": "2026-03-15", "narration": "A", "lines": lines},
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        told = answer.json()
        assert (answer.status_code, told["code"]) == (403, "policy.step_up_must_come_first")
        assert told["evidence"]["confirm_at"] == "/accounts/confirm/"
        assert posted(books) == []
