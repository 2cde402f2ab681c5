# SPDX-License-Identifier: Apache-2.0
"""The scenery of hostile requests: a database of its own for each module."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.frame import clones
from tests.frame.server import server
from tests.integration.security.scenery import Scenery, set_scenery


@pytest.fixture(scope="module")
def scenery(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scenery]:
    """Return a company in which every door has an object behind it."""
    with (
        django_db_blocker.unblock(),
        clones.clone(server(), template=database_template) as own,
        override_settings(PUBLIC_URL="https://books.example"),
    ):
        yield set_scenery(own)
