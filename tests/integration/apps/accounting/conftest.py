# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the doors to the books."""

import pytest

from tests.integration.apps.accounting.api.desk import Desk, open_desk


@pytest.fixture
def desk(db: None) -> Desk:
    """Return a company with open books, Alice, Bob and Charlie."""
    return open_desk()
