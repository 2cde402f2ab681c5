# SPDX-License-Identifier: Apache-2.0
"""The scenery of hostile requests: a database of its own for each module."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.integration.security.scenery import Scenery, scenery_in


@pytest.fixture(scope="module")
def scenery(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scenery]:
    """Return a company in which every door has an object behind it."""
    with django_db_blocker.unblock(), scenery_in(database_template) as set_up:
        yield set_up
