# SPDX-License-Identifier: Apache-2.0
"""The cast, Alice's browser, and a program that people let act for them."""

import pytest
from django.test import Client

from tests.factories.people import Cast, cast
from tests.factories.programs import Web
from tests.factories.sessions import sign_in


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def browser(people: Cast) -> Client:
    return sign_in(Client(), people.alice, methods=("pwd", "otp"))


@pytest.fixture
def web() -> Web:
    return Web()
