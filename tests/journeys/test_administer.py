# SPDX-License-Identifier: Apache-2.0
"""An administrator follows a figure down to its proof, and grants a membership by typing names."""

import re

import pytest
from playwright.sync_api import expect

from cortex.identity.models import User
from cortex.tenancy.companies import company_by_code
from tests.factories.people import member
from tests.integration.cortex.events.publishing import hold
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_figure_leads_down_to_its_leaf(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/admin/")
    page.get_by_role("link", name="Ledgers").first.click()
    page.get_by_role("link", name="Show", exact=True).first.click()
    expect(page.get_by_role("table")).to_contain_text("Total")
    page.get_by_role("link", name="Assets:Bank:Current").click()
    page.get_by_role("link", name="Show the lines of this account").click()
    page.get_by_role("link", name=re.compile("^GENERAL.[0-9]{4}.")).first.click()
    expect(page.locator("code.break-all").first).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_a_dead_letter_is_given_up_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(administrator())
    hold(company_by_code(code="DEMO").id, subscriber="webhooks")
    page.goto("/admin/events/helddelivery/?state__exact=dead")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_text("ValueError: refused")).to_be_visible()
    page.get_by_role("link", name="Give up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This subscriber will never get the event.")).to_be_visible()
    require_accessible(page, within="main")
    page.get_by_label("Reason").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This field is required.")).to_be_visible()
    require_accessible(page, within="main")
    page.keyboard.press("Tab")
    page.get_by_label("Reason").fill("known to be wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The delivery was given up; those behind it go on.")).to_be_visible()


def test_a_webhook_is_made_and_its_secret_shown_once(open_page: OpenPage) -> None:
    page = open_page(administrator())
    page.goto("/admin/events/webhookendpoint/")
    page.get_by_role("link", name="Create a webhook").click()
    page.get_by_label("URL").fill("https://receiver.example/events")
    require_accessible(page, within="main")
    page.get_by_role("button", name="Create a webhook").click()
    expect(page.locator("code")).to_have_text(re.compile("^whsec_"))
    require_accessible(page, within="main")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#result_list")).to_contain_text("receiver.example")


def administrator() -> str:
    """Make somebody who may change how events are delivered, and return the name."""
    dora = member(company_by_code(code="DEMO"), name="dora", role="administrator")
    User.objects.filter(id=dora.id).update(is_staff=True)
    return dora.username
