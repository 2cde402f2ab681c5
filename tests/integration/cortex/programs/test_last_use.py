# SPDX-License-Identifier: Apache-2.0
"""Pages of clients and tokens tell when they were last used, which the log of decisions knows."""

from django.test import Client
from oauth2_provider.models import AccessToken, Application

from cortex.database.transactions import transactional
from cortex.programs.last_use import last_use_of_client, last_use_of_token
from tests.factories.people import cast, token_of_client
from tests.factories.programs import opens
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.backoffice.policy_texts import platform_administrator


@transactional
def the_client() -> Application:
    return Application.objects.get()


@transactional
def the_token() -> AccessToken:
    return AccessToken.objects.select_related("application").get()


def test_is_told_once_a_token_was_used(committed_database: Clone) -> None:
    people = cast()
    text = token_of_client(people.company, "accounting:read")
    client = the_client()
    assert (last_use_of_client(client), last_use_of_token(the_token())) == (None, None)
    assert opens(text, f"/api/v1/companies/{people.company.code}/members") == 403
    used = last_use_of_client(client)
    assert used is not None
    assert last_use_of_token(the_token()) == used
    paula = sign_in(Client(), platform_administrator("paula"))
    for path in (f"application/{client.pk}", f"accesstoken/{the_token().pk}"):
        shown = paula.get(f"/admin/oauth2_provider/{path}/change/").content.decode()
        assert f"{used:%Y-%m-%d %H:%M} UTC" in shown
