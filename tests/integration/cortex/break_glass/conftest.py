# SPDX-License-Identifier: Apache-2.0
"""The emergency of the tests."""

from collections.abc import Iterator

import pytest

from tests.frame.clones import Clone
from tests.integration.cortex.break_glass.emergency import Emergency, emergency


@pytest.fixture
def given(db: None) -> Iterator[Emergency]:
    """Return the emergency, rolled back after the test."""
    with emergency() as found:
        yield found


@pytest.fixture
def real(committed_database: Clone) -> Iterator[Emergency]:
    """Return the emergency in a database in which commits are real."""
    with emergency() as found:
        yield found
