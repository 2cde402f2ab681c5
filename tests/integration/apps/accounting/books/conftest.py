# SPDX-License-Identifier: Apache-2.0
"""Open books, the standing cast, and browsers that are signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from cortex.identity.models import User
from tests.factories.books import Books, open_books
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in as just_signed_in

SignIn = Callable[[str], Client]


def staffed_books() -> Books:
    """Open the books of DEMO, with Alice its controller and Bob its auditor; Charlie is no member."""
    opened = open_books()
    for name, role in (("alice", "controller"), ("bob", "auditor"), ("clara", "clerk")):
        let_in(company_id=opened.company_id, user_id=person(name).id, roles=[role])
    person("charlie")
    return opened


@pytest.fixture
def books(db: None) -> Books:
    """Return books with their people, rolled back after the test."""
    return staffed_books()


@pytest.fixture
def sign_in(books: Books) -> SignIn:
    """Return what signs somebody of the cast in."""

    def signed_in(name: str) -> Client:
        client = Client(raise_request_exception=True)
        just_signed_in(client, User.objects.get(username=name))
        return client

    return signed_in


@pytest.fixture
def alice(sign_in: SignIn) -> Client:
    """Return Alice's browser."""
    return sign_in("alice")
