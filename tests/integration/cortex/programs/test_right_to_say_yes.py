# SPDX-License-Identifier: Apache-2.0
"""Whoever lets a program act for them does so because a policy says so, at the page and for a device."""

import pytest
from django.test import Client
from oauth2_provider.models import get_device_grant_model, get_grant_model

from cortex.programs.models import Authorization
from tests.factories.policies import without
from tests.factories.programs import Web, told

pytestmark = pytest.mark.django_db
POLICY = "people.everybody_looks_after_their_own_account"


@pytest.fixture
def till() -> Web:
    return Web(client_id="till", kind="device", redirect_uris=(), scopes=("accounting:read",))


def typed_at(till: Web) -> dict[str, str]:
    """Let the device ask, and return what its person types."""
    asked = {"client_id": till.client_id, "scope": "accounting:read"}
    codes = till.http.post("/o/device-authorization/", asked).json()
    return {"user_code": codes["user_code"], "decision": "allow"}


class TestYes:
    def test_at_the_page_is_refused_by_policy_and_the_program_hears_of_a_no(
        self, browser: Client, web: Web
    ) -> None:
        with without(POLICY):
            answer = told(browser.post(web.address(), {"decision": "allow"}))
        assert (answer["error"], "code" in answer) == ("access_denied", False)
        assert not Authorization.objects.exists()
        assert not get_grant_model().objects.exists()

    def test_without_a_page_is_refused_by_policy_as_well(self, browser: Client, web: Web) -> None:
        web.code_from(browser)
        with without(POLICY):
            answer = told(browser.get(web.address(prompt="none")))
        assert answer["error"] == "access_denied"
        assert Authorization.objects.count() == 1

    def test_for_a_device_is_refused_by_policy(self, browser: Client, till: Web) -> None:
        typed = typed_at(till)
        with without(POLICY):
            assert browser.post("/o/device/", typed).status_code == 403
        assert get_device_grant_model().objects.get().status == "authorization-pending"
        assert not Authorization.objects.exists()
        assert browser.post("/o/device/", typed).status_code == 200
        assert Authorization.objects.count() == 1
