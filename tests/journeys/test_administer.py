# SPDX-License-Identifier: Apache-2.0
"""An administrator follows a figure down to its proof, and grants a membership by typing names."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage

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
    expect(page.locator("code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_a_person_and_a_company_are_found_by_typing(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/admin/identity/membership/add/")
    for field, text, found in (("user", "char", "charlie"), ("company", "DEM", "DEMO Demo Trading Ltd")):
        page.locator(f"#select2-id_{field}-container").click()
        page.locator(".select2-search__field").fill(text)
        expect(page.locator(".select2-results__option")).to_have_text([found])
        page.locator(".select2-results__option").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("charlie")
