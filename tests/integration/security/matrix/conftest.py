# SPDX-License-Identifier: Apache-2.0
"""The stage that the matrix and its situations share."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.frame import clones
from tests.frame.server import server
from tests.integration.security.matrix.cast import Stage, set_stage
from tests.integration.security.matrix.certificates import with_certificate


@pytest.fixture(scope="package")
def stage(
    django_db_setup: None,
    database_template: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """Return the company in a database of this package's own."""
    with (
        django_db_blocker.unblock(),
        clones.clone(server(), template=database_template) as own,
        override_settings(PUBLIC_URL="https://books.example"),
        with_certificate(set_stage(own), tmp_path_factory.mktemp("pki")) as stage,
    ):
        yield stage
