# SPDX-License-Identifier: Apache-2.0
"""An entry is written without touching the mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def write(page: Page, *texts: str) -> None:
    """Type each text and go on to the next field; an empty one skips a field."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def begin(page: Page) -> None:
    """Reach the form by its keys and fill in head and first line."""
    page.goto("/books/DEMO/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New entry")).to_be_visible()
    expect(page.locator("#id_accounting_date")).to_be_focused()
    page.keyboard.type("06152026")
    page.keyboard.press("Enter")
    page.keyboard.type("Stamps for June")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    write(page, "Expenses:Office", "Post Office", "", "1,250.50", "")


class TestEntry:
    def test_is_written_by_keys_and_posted_once_however_often_it_is_sent(self, open_page: OpenPage) -> None:
        page = open_page()
        begin(page)
        expect(page.locator("[data-balance]")).to_have_text("Debits 1,250.50 too high")
        write(page, "Assets:Bank:Current", "", "")
        page.keyboard.press("=")
        expect(page.locator("[data-balance]")).to_have_text("In balance")
        require_accessible(page)
        for _ in range(3):
            page.keyboard.press("Control+Enter")
        expect(page.locator(".messages")).to_contain_text("Posted GENERAL/2026/")
        expect(page.get_by_role("row", name="Total EUR 1,250.50 1,250.50")).to_be_visible()
        page.goto("/books/DEMO/entries/?from_date=2026-06-15&to_date=2026-06-15")
        assert page.get_by_text("Stamps for June").count() == 1

    def test_that_is_refused_keeps_what_was_typed_and_shows_where(self, open_page: OpenPage) -> None:
        page = open_page()
        begin(page)
        write(page, "Assets:Nowhere", "", "", "")
        page.keyboard.press("=")
        page.keyboard.press("Control+Enter")
        wrong = page.get_by_label("Account, line 2")
        expect(wrong).to_be_focused()
        expect(wrong).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text("Account Assets:Nowhere: expected an account of the chart")).to_be_visible()
        expect(page.get_by_label("Debit, line 1")).to_have_value("1,250.50")
        require_accessible(page)
        page.keyboard.press("Control+A")
        page.keyboard.type("Assets:Bank:Current")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".messages")).to_contain_text("Posted GENERAL/2026/")

    def test_gets_a_new_line_when_the_last_one_is_used(self, open_page: OpenPage) -> None:
        page = open_page()
        page.goto("/books/DEMO/entries/new/")
        lines = page.locator("[data-line]")
        expect(lines).to_have_count(4)
        page.get_by_label("Account, line 4").fill("Assets:Bank:Current")
        expect(lines).to_have_count(5)
        expect(page.get_by_label("Account, line 5")).to_have_value("")


def test_an_entry_is_reversed_after_a_confirmation(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/books/DEMO/entries/?from_date=2026-06-01&to_date=2026-06-15")
    page.locator("table.list tbody a").first.click()
    page.get_by_role("link", name="Reverse…").click()
    page.get_by_label("Narration").fill("Posted in error")
    page.get_by_role("button", name="Post the reversal").click()
    expect(page.locator(".messages")).to_contain_text("Reversed ")
    expect(page.get_by_text("Posted in error")).to_be_visible()
    expect(page.get_by_text("Reverses", exact=True)).to_be_visible()
    require_accessible(page)
