# SPDX-License-Identifier: Apache-2.0
"""Fields for passwords work with what keeps passwords, and whoever is signed in finds the way out."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from cortex import clock
from cortex.container.override import override
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_link
from cortex.identity.password_reset import RESET
from cortex.ports.clock import Clock
from tests.factories.clocks import clock_after
from tests.factories.people import cast, create_user
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
OF_PEOPLE = list(apps.get_app_config("identity").get_models())
NAME = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)"')
ASKED = {
    "/accounts/login/": {"username", "password", "passkey"},
    "/accounts/password-reset/": {"email"},
    "a link": {"new_password", "repeated_password"},
}
FIELD = re.compile(r"<input[^>]*password[^>]*>")


@pytest.fixture
def alice() -> User:
    return create_user(username="alice", password=PASSWORD)


class TestPasswordField:
    @pytest.mark.parametrize(
        ("path", "purpose"),
        [
            ("/accounts/login/", "current-password"),
            ("/accounts/confirm/?next=/", "current-password"),
            ("/accounts/security/password/", "new-password"),
        ],
    )
    def test_masks_takes_what_is_pasted_and_says_what_it_is_for(
        self, alice: User, path: str, purpose: str
    ) -> None:
        client = Client() if path == "/accounts/login/" else sign_in(Client(), alice)
        fields = FIELD.findall(client.get(path).content.decode())
        assert fields != []
        for field in fields:
            assert 'type="password"' in field
            assert f'autocomplete="{purpose}"' in field
            assert "onpaste" not in field


class TestPassword:
    def test_of_ten_years_ago_signs_in_and_no_other_is_asked_for(self, alice: User) -> None:
        with override(Clock, clock_after(timedelta(days=3653))):
            client = Client()
            sent = {"username": "alice", "password": PASSWORD, "next": "/books/"}
            answer = client.post("/accounts/login/", sent)
            assert (answer.status_code, answer["Location"]) == (302, "/books/")
            assert client.get("/books/").status_code == 200

    @pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password-reset/", "a link"])
    def test_that_is_forgotten_is_helped_by_no_hint_and_no_question(self, alice: User, path: str) -> None:
        link = issue_link(user=alice, purpose=RESET, at=clock.now(), lifetime=timedelta(hours=1))
        page = Client().get(f"/accounts/password-reset/{link}/" if path == "a link" else path)
        asked = set(NAME.findall(page.content.decode())) - {"csrfmiddlewaretoken", "next"}
        assert asked == ASKED[path]

    def test_has_nothing_beside_it_that_could_be_asked_instead(self) -> None:
        columns = {field.name for model in OF_PEOPLE for field in model._meta.concrete_fields}
        assert "password" in columns
        assert [name for name in columns if re.search("hint|question|answer|secret", name)] == []


class TestSigningOut:
    @pytest.mark.parametrize("path", ["/books/DEMO/", "/accounts/security/"])
    def test_is_offered_on_every_page(self, path: str) -> None:
        page = sign_in(Client(), cast().alice).get(path).content.decode()
        assert re.search(r'<form[^>]* action="/accounts/logout/">.*?Sign out</button>', page, re.DOTALL)
