# SPDX-License-Identifier: Apache-2.0
"""A clerk enters above her limit, a controller finds it in her inbox and approves it without the mouse."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cortex.tenancy.companies import company_by_code
from tests.factories.people import let_in, person
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def post_above_the_limit(page: Page) -> None:
    """Enter 250.00 for stamps and press Post."""
    page.goto("/books/DEMO/entries/new/")
    page.get_by_label("Date", exact=True).fill("2026-06-15")
    page.get_by_label("Narration").fill("Stamps for a year")
    page.get_by_label("Account, line 1").fill("Expenses:Office")
    page.get_by_label("Debit, line 1").fill("250.00")
    page.get_by_label("Account, line 2").fill("Assets:Bank:Current")
    page.get_by_label("Credit, line 2").fill("250.00")
    page.get_by_role("button", name="Post").click()


def employ_a_clerk() -> None:
    """Let Clara enter up to 100.00 alone."""
    company = company_by_code(code="DEMO")
    let_in(company_id=company.id, user_id=person("clara").id, roles=["clerk"])
    call_command("set_limit", "--company", "DEMO", "--role", "clerk", "--amount-minor", "10000")


def test_an_entry_above_the_limit_is_posted_when_a_controller_agrees(
    open_page: OpenPage, address: str
) -> None:
    employ_a_clerk()
    clara = open_page("clara")
    post_above_the_limit(clara)
    expect(clara.locator(".messages")).to_contain_text("waits for a second person")
    expect(clara.get_by_role("button", name="Withdraw the proposal")).to_be_visible()
    expect(clara.get_by_role("button", name="Decide")).to_have_count(0)
    require_accessible(clara)

    alice = open_page("alice")
    alice.goto("/books/DEMO/")
    expect(alice.get_by_role("navigation", name="Books")).to_contain_text("Approvals 1")
    alice.keyboard.press("g")
    alice.keyboard.press("o")
    expect(alice.get_by_role("heading", name="Waits for you 1")).to_be_visible()
    require_accessible(alice)
    alice.get_by_role("link", name="2026-06-15 Stamps for a year").press("Enter")
    expect(alice.get_by_role("row", name="Expenses:Office 250.00")).to_be_visible()
    require_accessible(alice)
    alice.get_by_label("Approve: it is carried out at once").press("Space")
    alice.keyboard.press("Tab")
    alice.keyboard.type("Checked with the receipt")
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(".messages")).to_contain_text("Approved: 2026-06-15 Stamps for a year.")
    expect(alice.locator(".facts").first).to_contain_text("Clara")
    leaf = alice.get_by_text('"approval":')
    expect(leaf).to_have_count(1)

    clara.goto("/books/DEMO/approvals/")
    expect(clara.get_by_role("row", name="2026-06-15 Stamps for a year")).to_contain_text("Approved")
