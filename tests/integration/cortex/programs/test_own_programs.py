# SPDX-License-Identifier: Apache-2.0
"""A person sees which programs act in their name, and ends it."""

import pytest
from django.test import Client

from cortex.programs.models import Authorization
from tests.factories.leaves import watched_leaves
from tests.factories.people import Cast
from tests.factories.programs import Web, opens
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/security/programs/"


class TestOwnPrograms:
    def test_are_shown_in_words_without_any_token(self, browser: Client, web: Web) -> None:
        assert "None. A program asks you first" in browser.get(PAGE).content.decode()
        tokens = web.tokens_from(browser)
        shown = browser.get(PAGE).content.decode()
        assert "Program web" in shown
        assert "Know who you are; See accounting" in shown
        assert not any(tokens[name] in shown for name in ("access_token", "refresh_token", "id_token"))

    def test_are_promised_where_somebody_says_yes(self, browser: Client, web: Web) -> None:
        assert PAGE in browser.get(web.address()).content.decode()

    def test_are_ended_at_once(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        path = f"{PAGE}{Authorization.objects.get().id}/end/"
        assert browser.get(path).status_code == 405
        assert opens(tokens["access_token"]) == 200
        with watched_leaves() as log:
            assert browser.post(path).status_code == 302
        assert log.verbs == ["programs.authorization.ended_withdrawn"]
        assert opens(tokens["access_token"]) == 401
        assert "Program web" not in browser.get(PAGE).content.decode()

    def test_of_somebody_else_stay(self, browser: Client, web: Web, people: Cast) -> None:
        web.tokens_from(browser)
        bob = sign_in(Client(raise_request_exception=False), people.bob)
        allowed = Authorization.objects.get()
        assert "Program web" not in bob.get(PAGE).content.decode()
        assert bob.post(f"{PAGE}{allowed.id}/end/").status_code == 403
        allowed.refresh_from_db()
        assert allowed.ended_at is None
