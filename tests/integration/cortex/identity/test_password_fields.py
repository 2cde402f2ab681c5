# SPDX-License-Identifier: Apache-2.0
"""Fields for passwords work with what keeps passwords, and whoever is signed in finds the way out."""

import re

import pytest
from django.test import Client

from cortex.identity.models import User
from tests.factories.people import cast, create_user
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
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


class TestSigningOut:
    @pytest.mark.parametrize("path", ["/books/DEMO/", "/accounts/security/"])
    def test_is_offered_on_every_page(self, path: str) -> None:
        page = sign_in(Client(), cast().alice).get(path).content.decode()
        assert re.search(r'<form[^>]* action="/accounts/logout/">.*?Sign out</button>', page, re.DOTALL)
