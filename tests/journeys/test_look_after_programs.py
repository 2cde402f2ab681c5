# SPDX-License-Identifier: Apache-2.0
"""An administrator creates a client, reads its secret once, sees it at work, and takes its tokens back."""

import json
import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from cortex.identity.models import User
from tests.factories.people import create_user
from tests.integration.cortex.backoffice.policy_texts import platform_administrator
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/admin/oauth2_provider/application/"


def status_of(request: Request) -> int:
    """Return what the program is answered over HTTP."""
    try:
        with urlopen(request) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def token_with(address: str, secret: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": secret}
    body = urlencode({**form, "scope": "accounting:read"}).encode()
    with urlopen(f"{address}/o/token/", data=body) as answer:
        return str(json.load(answer)["access_token"])


def calling(address: str, token: str) -> Request:
    return Request(f"{address}/api/v1/companies", headers={"Authorization": f"Bearer {token}"})


def open_robot(page: Page) -> None:
    page.goto(LIST)
    page.locator("#result_list").get_by_role("link", name="robot").first.click()


def test_a_client_is_created_used_and_parted_from_its_tokens(open_page: OpenPage, address: str) -> None:
    platform_administrator("paula")
    create_user(username="robot", kind=User.Kind.SERVICE)
    page = open_page("paula")
    page.goto(LIST)
    page.get_by_role("link", name="Create a client").press("Enter")
    page.get_by_label("Client id").fill("robot")
    page.get_by_label("Name", exact=True).fill("Robot")
    page.get_by_label("Service user").fill("robot")
    page.get_by_label(re.compile("accounting:read")).focus()
    page.keyboard.press("Space")
    require_accessible(page, within="main")
    page.get_by_role("button", name="Create a client").press("Enter")
    secret = page.locator("code").inner_text()
    require_accessible(page, within="main")

    token = token_with(address, secret)
    assert status_of(calling(address, token)) == 200

    open_robot(page)
    expect(page.get_by_text("1 access tokens that count.")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("link", name="Take back all tokens").click()
    page.get_by_role("button", name="Take back all tokens").click()
    expect(page.get_by_text("No token of robot counts any more")).to_be_visible()
    assert status_of(calling(address, token)) == 401
