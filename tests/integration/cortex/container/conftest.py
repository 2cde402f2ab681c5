# SPDX-License-Identifier: Apache-2.0
"""Lamps for the tests of scopes."""

from collections.abc import Iterator

import pytest

from tests.integration.cortex.container.lamps import lamps_in_every_scope


@pytest.fixture
def lamps() -> Iterator[None]:
    """Let every scope of this test have a lamp."""
    with lamps_in_every_scope():
        yield
