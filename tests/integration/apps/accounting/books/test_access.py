# SPDX-License-Identifier: Apache-2.0
"""Who may open which page."""

from urllib.parse import unquote

import pytest
from django.test import Client

from tests.factories.books import BANK, Books
from tests.integration.apps.accounting.books.conftest import SignIn

READ_PAGES = (
    "",
    "entries/",
    "entries/{entry}/",
    "trial-balance/",
    "trial-balance.csv",
    "accounts/",
    f"accounts/{BANK}/",
    "periods/",
    "periods/2026-03/",
)
WRITE_PAGES = ("entries/new/", "entries/{entry}/reverse/", "import/", "open/")
POST_ONLY_PAGES = ("import/confirm/", "periods/open-year/")


@pytest.fixture
def entry(books: Books) -> str:
    """Post one entry and return its id."""
    return str(books.post().id)


@pytest.mark.parametrize("page", READ_PAGES)
class TestPageToRead:
    @pytest.mark.parametrize("name", ["alice", "bob", "clara"])
    def test_opens_for_every_member(self, page: str, name: str, entry: str, sign_in: SignIn) -> None:
        assert sign_in(name).get(f"/books/DEMO/{page.format(entry=entry)}").status_code == 200

    def test_does_not_exist_for_an_outsider(self, page: str, entry: str, sign_in: SignIn) -> None:
        response = sign_in("charlie").get(f"/books/DEMO/{page.format(entry=entry)}")
        assert response.status_code == 404
        assert b"expected a company that you belong to" in response.content

    def test_asks_a_stranger_to_sign_in_first(self, page: str, entry: str) -> None:
        address = f"/books/DEMO/{page.format(entry=entry)}"
        location = unquote(Client().get(address).headers["Location"])
        assert location == f"/accounts/login/?next={address}"

    def test_is_never_kept_by_a_cache(self, page: str, entry: str, sign_in: SignIn) -> None:
        response = sign_in("alice").get(f"/books/DEMO/{page.format(entry=entry)}")
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("page", WRITE_PAGES)
class TestPageToWrite:
    def test_opens_for_the_controller(self, page: str, entry: str, alice: Client) -> None:
        assert alice.get(f"/books/DEMO/{page.format(entry=entry)}").status_code == 200

    def test_is_refused_to_the_auditor(self, page: str, entry: str, sign_in: SignIn) -> None:
        bob = sign_in("bob")
        for response in (
            bob.get(f"/books/DEMO/{page.format(entry=entry)}"),
            bob.post(f"/books/DEMO/{page.format(entry=entry)}"),
        ):
            assert response.status_code == 403
            assert b"auditors change nothing" in response.content


@pytest.mark.parametrize("page", POST_ONLY_PAGES)
def test_what_changes_state_is_never_done_by_following_a_link(page: str, alice: Client) -> None:
    response = alice.get(f"/books/DEMO/{page}")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_pages_refuse_a_post_without_a_token(books: Books, alice: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    assert strict.post("/books/DEMO/entries/new/", {}).status_code == 403


def test_navigation_offers_the_auditor_only_what_an_auditor_may_open(sign_in: SignIn) -> None:
    page = sign_in("bob").get("/books/DEMO/").content.decode()
    assert "Trial balance" in page
    assert "/books/DEMO/entries/new/" not in page
    assert "/books/DEMO/import/" not in page


def test_an_htmx_request_of_somebody_signed_out_leads_to_the_sign_in(books: Books) -> None:
    response = Client().post("/books/DEMO/entries/new/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_policy_of_content_allows_no_inline_script_or_style(alice: Client) -> None:
    response = alice.get("/books/DEMO/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert b" style=" not in response.content
    assert b" onclick=" not in response.content
