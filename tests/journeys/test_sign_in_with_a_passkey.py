# SPDX-License-Identifier: Apache-2.0
"""Alice adds a passkey and an app, signs in with each, and confirms with one before something dangerous."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cortex import clock
from cortex.identity.models import SignedInSession, User
from cortex.identity.second_factors.stored import factors_of
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def address(address: str) -> str:
    """Passkeys belong to a name: browsers keep none for a bare network address."""
    return address.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> None:
    """Give the browser an authenticator that verifies its person, as a telephone does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


class TestPasskey:
    def test_is_added_signs_in_and_confirms(self, open_page: OpenPage) -> None:
        page = open_page("alice")
        with_authenticator(page)
        page.goto("/accounts/security/")
        require_accessible(page)
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("A name for it").fill("Laptop")
        page.get_by_role("button", name="Add the passkey").click()
        expect(page.get_by_text("The passkey is added")).to_be_visible()
        expect(page.get_by_text("Passkey: Laptop")).to_be_visible()
        alice = User.objects.get(username="alice")
        assert [factor.name for factor in factors_of(user_id=alice.id)] == ["Laptop"]

        page.context.clear_cookies()
        page.goto("/accounts/login/?next=/accounts/security/")
        require_accessible(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        assert set(SignedInSession.objects.latest("began_at").methods) >= {"mfa", "user"}

        grow_stale(page)
        page.goto("/accounts/security/")
        page.get_by_role("button", name="Make new recovery codes").click()
        expect(page.get_by_text("was not done")).to_be_visible()
        require_accessible(page)
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        page.get_by_role("button", name="Make new recovery codes").click()
        expect(page.get_by_role("listitem")).to_have_count(10)
        require_accessible(page)

    def test_stands_in_for_the_code_after_a_password(self, open_page: OpenPage) -> None:
        page = open_page("alice")
        alice = User.objects.get(username="alice")
        alice.set_password("correct horse battery")
        alice.save()
        page.context.clear_cookies()
        with_authenticator(page)
        for _ in range(2):
            page.goto("/accounts/login/?next=/accounts/security/passkeys/add/")
            page.get_by_label("User name").fill("alice")
            page.get_by_label("Password").fill("correct horse battery")
            page.get_by_role("button", name="Sign in", exact=True).click()
            use = page.get_by_role("button", name="Use a passkey")
            add = page.get_by_role("button", name="Add the passkey")
            expect(use.or_(add)).to_be_visible()
            if use.is_visible():
                require_accessible(page)
                use.click()
                break
            add.click()
            expect(page.get_by_text("The passkey is added")).to_be_visible()
            page.context.clear_cookies()
        expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
        assert {"pwd", "mfa"} <= set(SignedInSession.objects.latest("began_at").methods)


def grow_stale(page: Page) -> None:
    """Let the last credential of the page's session be eleven minutes old."""
    from django.contrib.sessions.backends.db import SessionStore

    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(key)
    then = (clock.now() - timedelta(minutes=11)).isoformat()
    session["authentication"] |= {"at": then, "factor_at": then}
    session.modified = True
    session.save()
