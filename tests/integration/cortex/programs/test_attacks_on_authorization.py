# SPDX-License-Identifier: Apache-2.0
"""Attacks on the page where people decide, and on where its answers go."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from oauth2_provider.models import get_grant_model

from cortex import clock
from cortex.identity.models import User
from cortex.programs.models import Authorization, Program
from tests.factories.addresses import ELSEWHERE
from tests.factories.people import Cast
from tests.factories.programs import CALLBACK, Web, told
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


class TestRedirectAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/callback",
            "https://client.example.evil.example/callback",
            "https://client.example@evil.example/callback",
            "https://evil.example#@client.example/callback",
            "https://evil@client.example/callback",
            "https://client.example/callback#fragment",
            "https://client.example/callback#",
            "https://client.example/callback/",
            "https://client.example/callback/../evil",
            "https://client.example/./callback",
            "https://client.example/%63allback",
            "https://client.example/callback?",
            "https://client.example/callback?next=https://evil.example",
            "https://client.example/callback;evil=1",
            "https://client.example:443/callback",
            "https://client.example:8443/callback",
            "https://CLIENT.example/callback",
            "HTTPS://client.example/callback",
            "http://client.example/callback",
            "https://client.example\\callback",
            "https://client.example/callback ",
            " https://client.example/callback",
            "https://client.example/callback\r\nLocation: https://evil.example",
            "https://client.example//callback",
            "//client.example/callback",
            "/callback",
            "http://localhost/callback",
            "http://127.0.0.1/callback",
            "",
            None,
            *ELSEWHERE[1:],
        ],
    )
    def test_that_is_not_the_registered_one_gets_nothing(
        self, browser: Client, web: Web, address: str | None
    ) -> None:
        for answer in (
            browser.get(web.address(redirect_uri=address)),
            browser.post(web.address(redirect_uri=address), {"decision": "allow"}),
            browser.get(web.address(redirect_uri=address, prompt="none")),
            Client().get(web.address(redirect_uri=address, prompt="none")),
        ):
            assert answer.status_code == 400
            assert "Location" not in answer
        assert not get_grant_model().objects.exists()

    def test_of_an_unknown_or_disabled_client_gets_nothing(self, browser: Client, web: Web) -> None:
        assert browser.get(web.address(client_id="nobody")).status_code == 400
        Program.objects.update(is_enabled=False)
        assert browser.get(web.address()).status_code == 400

    def test_on_loopback_may_have_another_port_for_a_native_program_alone(self, browser: Client) -> None:
        native = Web(client_id="app", kind="native", redirect_uris=("http://127.0.0.1/callback",))
        good = browser.post(
            native.address(redirect_uri="http://127.0.0.1:51004/callback"), {"decision": "allow"}
        )
        assert good["Location"].startswith("http://127.0.0.1:51004/callback?code=")
        for address in (
            "http://localhost:51004/callback",
            "http://127.0.0.2:51004/callback",
            "http://127.0.0.1.evil.example:51004/callback",
            "http://127.0.0.1:51004/other",
            "https://127.0.0.1:51004/callback",
            "http://user@127.0.0.1:51004/callback",
        ):
            assert browser.get(native.address(redirect_uri=address)).status_code == 400

    def test_named_twice_gets_nothing(self, browser: Client, web: Web) -> None:
        twice = f"{web.address()}&redirect_uri=https://evil.example"
        assert browser.get(twice).status_code == 400


class TestQuestion:
    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"response_type": "token"}, "unauthorized_client"),
            ({"response_type": "code token"}, "unauthorized_client"),
            ({"response_type": "id_token"}, "unauthorized_client"),
            ({"response_type": None}, "invalid_request"),
            ({"scope": "accounting:everything"}, "invalid_scope"),
            ({"scope": "openid jobs:read"}, "invalid_scope"),
            ({"prompt": "none login"}, "invalid_request"),
            ({"prompt": "create"}, "invalid_request"),
            ({"max_age": "-1"}, "invalid_request"),
            ({"request_uri": "https://evil.example/object"}, "invalid_request"),
            ({"request": "e30.e30."}, "invalid_request"),
            ({"resource": "https://other.example"}, "invalid_target"),
            ({"state": "x" * 1001}, "invalid_request"),
        ],
        ids=str,
    )
    def test_that_is_not_good_is_told_to_the_program_with_the_issuer(
        self, browser: Client, web: Web, changed: dict[str, str | None], error: str
    ) -> None:
        answer = browser.post(web.address(**changed), {"decision": "allow"})
        assert answer["Location"].startswith(f"{CALLBACK}?")
        assert told(answer)["error"] == error
        assert told(answer)["iss"] == settings.TOKEN_ISSUER
        assert not get_grant_model().objects.exists()

    def test_is_not_answered_for_another_site(self, web: Web, people: Cast) -> None:
        browser = sign_in(Client(enforce_csrf_checks=True), people.alice)
        assert browser.post(web.address(), {"decision": "allow"}).status_code == 403
        assert not Authorization.objects.exists()

    def test_is_shown_in_no_frame_and_leads_nowhere_but_to_the_program(
        self, browser: Client, web: Web
    ) -> None:
        page = browser.get(web.address())
        policy = page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self' https://client.example" in policy
        assert "no-store" in page["Cache-Control"]

    def test_escapes_what_a_client_calls_itself(self, browser: Client) -> None:
        from oauth2_provider.models import get_application_model

        web = Web()
        get_application_model().objects.update(name="<script>alert(1)</script>")
        assert "<script>alert(1)" not in browser.get(web.address()).content.decode()


class TestPrompt:
    def test_none_tells_that_nobody_is_signed_in(self, web: Web) -> None:
        answer = Client().get(web.address(prompt="none"))
        assert (told(answer)["error"], told(answer)["iss"]) == ("login_required", settings.TOKEN_ISSUER)

    def test_none_tells_that_the_person_must_be_asked(self, browser: Client, web: Web) -> None:
        assert told(browser.get(web.address(prompt="none")))["error"] == "consent_required"

    def test_none_gets_a_code_for_what_was_allowed_before(self, browser: Client, web: Web) -> None:
        web.code_from(browser)
        assert "code" in told(browser.get(web.address(prompt="none")))
        wider = told(browser.get(web.address(prompt="none", scope="openid accounting:write")))
        assert wider["error"] == "consent_required"

    def test_none_gets_nothing_for_a_native_program_whose_name_anybody_can_take(
        self, browser: Client
    ) -> None:
        native = Web(client_id="app", kind="native")
        native.code_from(browser)
        assert told(browser.get(native.address(prompt="none")))["error"] == "consent_required"

    def test_login_asks_for_a_new_sign_in_once(self, browser: Client, web: Web) -> None:
        answer = browser.get(web.address(prompt="login"))
        assert answer["Location"].startswith("/accounts/login/?next=")
        assert "prompt" not in answer["Location"]

    def test_consent_shows_the_page_though_it_was_allowed_before(self, browser: Client, web: Web) -> None:
        web.code_from(browser)
        assert browser.get(web.address(prompt="consent")).status_code == 200


class TestSignIn:
    def test_must_be_as_new_as_the_program_wants(self, web: Web, people: Cast) -> None:
        old = sign_in(Client(), people.alice, at=clock.now() - timedelta(minutes=20))
        assert old.get(web.address(max_age="600"))["Location"].startswith("/accounts/login/")
        assert old.post(web.address(max_age="600"), {"decision": "allow"})["Location"].startswith(
            "/accounts/login/"
        )
        assert told(old.get(web.address(max_age="600", prompt="none")))["error"] == "login_required"
        assert old.get(web.address(max_age="10000")).status_code == 200
        assert not Authorization.objects.exists()

    def test_must_be_as_strong_as_the_program_wants(self, web: Web, people: Cast) -> None:
        weak = sign_in(Client(), people.alice, methods=("pwd",))
        strong = sign_in(Client(), people.alice, methods=("pwd", "otp"))
        wanted = web.address(acr_values="urn:cortex:acr:multi-factor")
        assert weak.get(wanted)["Location"].startswith("/accounts/login/")
        assert strong.get(wanted).status_code == 200

    def test_of_somebody_else_gets_nothing_of_what_one_allowed(self, web: Web, people: Cast) -> None:
        web.code_from(sign_in(Client(), people.alice))
        bob = sign_in(Client(), people.bob)
        assert told(bob.get(web.address(prompt="none")))["error"] == "consent_required"
        assert User.objects.filter(authorizations__isnull=False).get() == people.alice
