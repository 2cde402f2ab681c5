# SPDX-License-Identifier: Apache-2.0
"""The scene is set once a module: every attack is rolled back or refused."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.frame import clones
from tests.frame.server import server
from tests.integration.isolation.attack import Scene, prepare_scene


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    """Return two companies in a database of this module's own."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield prepare_scene(own)
