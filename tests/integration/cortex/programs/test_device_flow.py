# SPDX-License-Identifier: Apache-2.0
"""A device without a browser is let in by a person elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import get_device_grant_model

from cortex import clock
from cortex.programs.device_decisions import GUESSES_AT_ONCE, _limiter
from cortex.programs.models import Authorization
from tests.factories.people import Cast
from tests.factories.programs import Web, opens
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    _limiter.cache_clear()


@pytest.fixture
def device() -> Web:
    return Web(client_id="till", kind="device", redirect_uris=(), scopes=("accounting:read",))


def begun(device: Web, **changed: str) -> Any:
    form = {"client_id": device.client_id, "scope": "accounting:read", **changed}
    return Client().post("/o/device-authorization/", form)


def poll(device: Web, codes: dict[str, Any], *, is_due: bool = True) -> Any:
    if is_due:
        get_device_grant_model().objects.update(last_checked=clock.now() - timedelta(minutes=1))
    return device.ask(grant_type=GRANT, device_code=codes["device_code"])


class TestDevice:
    def test_gets_a_code_to_show_and_one_to_keep(self, device: Web) -> None:
        codes = begun(device).json()
        assert codes.keys() == {
            *("device_code", "user_code", "verification_uri", "verification_uri_complete"),
            *("expires_in", "interval"),
        }
        assert (len(codes["user_code"]), codes["expires_in"], codes["interval"]) == (9, 600, 5)
        stored = str(get_device_grant_model().objects.values_list().get())
        assert codes["device_code"] not in stored
        assert codes["user_code"].replace("-", "") not in stored

    def test_waits_until_the_person_has_decided(self, device: Web, browser: Client, people: Cast) -> None:
        codes = begun(device).json()
        assert poll(device, codes).json()["error"] == "authorization_pending"
        page = browser.post("/o/device/", {"user_code": codes["user_code"].lower()})
        assert "See accounting" in page.content.decode()
        assert not Authorization.objects.exists()
        done = browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "allow"})
        assert "The device is allowed" in done.content.decode()
        tokens = poll(device, codes).json()
        assert opens(tokens["access_token"]) == 200
        assert Authorization.objects.get().user_id == people.alice.id
        assert device.refresh(tokens["refresh_token"]).status_code == 200

    def test_gets_tokens_once(self, device: Web, browser: Client) -> None:
        codes = begun(device).json()
        browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "allow"})
        assert poll(device, codes).status_code == 200
        assert (poll(device, codes).status_code, poll(device, codes).json()["error"]) == (
            400,
            "invalid_grant",
        )

    def test_is_told_of_a_no(self, device: Web, browser: Client) -> None:
        codes = begun(device).json()
        browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "deny"})
        assert poll(device, codes).json()["error"] == "access_denied"
        assert not Authorization.objects.exists()

    def test_is_slowed_down(self, device: Web) -> None:
        codes = begun(device).json()
        assert poll(device, codes).json()["error"] == "authorization_pending"
        assert poll(device, codes, is_due=False).json()["error"] == "slow_down"
        assert get_device_grant_model().objects.get().interval == 10

    def test_is_too_late_after_ten_minutes(self, device: Web, browser: Client) -> None:
        codes = begun(device).json()
        get_device_grant_model().objects.update(expires=clock.now())
        assert poll(device, codes).json()["error"] == "expired_token"
        answer = browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "allow"})
        assert answer.status_code == 400

    def test_cannot_use_the_code_of_another_client(self, device: Web, browser: Client) -> None:
        codes = begun(device).json()
        browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "allow"})
        other = Web(client_id="other", kind="device", redirect_uris=(), scopes=("accounting:read",))
        assert poll(other, codes).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        ("changed", "error"),
        [({"client_id": "nobody"}, "invalid_client"), ({"scope": "accounting:write"}, "invalid_scope")],
    )
    def test_is_refused_what_it_may_not_ask(self, device: Web, changed: dict[str, str], error: str) -> None:
        assert begun(device, **changed).json()["error"] == error

    def test_flow_is_closed_to_other_clients(self, web: Web) -> None:
        answer = begun(web, client_secret=str(web.secret))
        assert answer.json()["error"] == "unauthorized_client"
        assert begun(web).json()["error"] == "invalid_client"


class TestPageForCodes:
    def test_asks_for_a_sign_in(self) -> None:
        answer = Client().get("/o/device/?user_code=BCDF-GHJK")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")

    def test_shows_a_code_that_came_in_the_address_and_decides_nothing(
        self, device: Web, browser: Client
    ) -> None:
        codes = begun(device).json()
        page = browser.get(f"/o/device/?user_code={codes['user_code']}")
        assert codes["user_code"] in page.content.decode()
        assert get_device_grant_model().objects.get().status == "authorization-pending"

    def test_stops_whoever_guesses(self, device: Web, browser: Client) -> None:
        codes = begun(device).json()
        for _ in range(GUESSES_AT_ONCE):
            assert browser.post("/o/device/", {"user_code": "BBBB-BBBB"}).status_code == 400
        answer = browser.post("/o/device/", {"user_code": codes["user_code"], "decision": "allow"})
        assert answer.status_code == 429
        assert not Authorization.objects.exists()

    def test_takes_no_decision_from_another_site(self, device: Web, people: Cast) -> None:
        codes = begun(device).json()
        browser = sign_in(Client(enforce_csrf_checks=True), people.alice)
        form = {"user_code": codes["user_code"], "decision": "allow"}
        assert browser.post("/o/device/", form).status_code == 403
        assert not Authorization.objects.exists()

    def test_cannot_be_framed(self, browser: Client) -> None:
        page = browser.get("/o/device/")
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
