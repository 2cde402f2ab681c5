# SPDX-License-Identifier: Apache-2.0
"""Olivia administers the platform: her link leads to a second factor, and then to the administration."""

import pytest
from playwright.sync_api import expect

from cortex import clock
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.second_factors.stored import factors_of
from tests.integration.cortex.identity.test_second_factors import code
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


class TestFirstSignIn:
    @pytest.mark.parametrize(("scheme", "is_telephone"), [("light", False), ("dark", False), ("dark", True)])
    def test_leads_to_a_second_factor_and_then_on(
        self, open_page: OpenPage, scheme: str, is_telephone: bool
    ) -> None:
        olivia = User.objects.get(username="olivia")
        page = open_page("olivia", scheme=scheme, is_telephone=is_telephone)
        page.context.clear_cookies()
        page.goto(f"/accounts/one-time/{issue_one_time_sign_in(user=olivia, at=clock.now())}/")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        require_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

        page.get_by_role("button", name="Add a one-time password app").click()
        secret = page.locator("code").inner_text().replace(" ", "")
        require_accessible(page)
        page.get_by_label("Code that the app shows now").fill(code(secret))
        page.get_by_role("button", name="Add the app").click()
        expect(page.get_by_text("The app is added")).to_be_visible()
        assert len(factors_of(user_id=olivia.id)) == 1
        page.goto("/admin/")
        assert page.url.endswith("/admin/")
