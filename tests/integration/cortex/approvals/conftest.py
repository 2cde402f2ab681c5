# SPDX-License-Identifier: Apache-2.0
"""The office of the tests."""

import pytest

from tests.frame.clones import Clone
from tests.integration.cortex.approvals.office import Office, open_office


@pytest.fixture
def office(db: None) -> Office:
    """Return the office, rolled back after the test."""
    return open_office()


@pytest.fixture
def real_office(committed_database: Clone) -> Office:
    """Return the office in a database in which commits are real."""
    return open_office()
