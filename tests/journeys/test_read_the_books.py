# SPDX-License-Identifier: Apache-2.0
"""Every page can be read by everybody, and every figure can be followed down to its proof."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PAGES = (
    "/books/DEMO/",
    "/books/DEMO/entries/",
    "/books/DEMO/entries/?reference=nothing",
    "/books/DEMO/entries/new/",
    "/books/DEMO/import/",
    "/books/DEMO/trial-balance/",
    "/books/DEMO/trial-balance/?from_date=2026-01-01&as_of=2026-12-31",
    "/books/DEMO/accounts/",
    "/books/DEMO/accounts/Assets:Bank:Current/",
    "/books/DEMO/periods/",
    "/books/DEMO/periods/2026-06/",
    "/books/DEMO/periods/2025-01/",
    "/books/DEMO/audit-log/",
    "/books/DEMO/audit-log/?actor=nobody",
    "/books/DEMO/audit-log/state/",
    "/books/DEMO/entries/00000000-0000-0000-0000-000000000000/",
)


def first_entry(page: Page) -> str:
    """Return the address of the newest entry."""
    page.goto("/books/DEMO/entries/")
    return str(page.locator("table.list a").first.get_attribute("href"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(scheme: str, open_page: OpenPage) -> None:
    page = open_page(scheme=scheme)
    entry = first_entry(page)
    for path in (*PAGES, entry, f"{entry}reverse/"):
        page.goto(path)
        require_accessible(page)
    page.keyboard.press("?")
    require_accessible(page)


def test_every_page_fits_a_telephone(open_page: OpenPage) -> None:
    page = open_page(is_telephone=True)
    for path in (*PAGES, first_entry(page)):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    require_accessible(page)


def test_somebody_without_a_company_is_told_what_to_do(open_page: OpenPage) -> None:
    page = open_page("charlie")
    page.goto("/books/")
    expect(page.get_by_role("heading", name="No company yet")).to_be_visible()
    require_accessible(page)


def test_a_figure_is_followed_from_the_trial_balance_to_its_audit_leaf(open_page: OpenPage) -> None:
    page = open_page("bob")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Trial balance")).to_be_visible()
    page.get_by_role("link", name="2026", exact=True).click()
    page.get_by_role("link", name="Assets:Bank:Current").click()
    expect(page.get_by_role("heading", name="Assets:Bank:Current")).to_be_visible()
    page.locator("table.list tbody a").first.click()
    leaf = page.get_by_role("complementary", name="Audit log")
    expect(leaf.get_by_text("accounting.journal_entry.post", exact=True)).to_be_visible()
    assert re.fullmatch(r"[0-9a-f]{64}", leaf.locator(".hash").first.inner_text())
    leaf.get_by_text("Exact body that is hashed").click()
    expect(leaf.locator("pre").first).to_contain_text("accounting.journal_entry.post")
    assert page.get_by_role("link", name="Reverse…").count() == 0
