# SPDX-License-Identifier: Apache-2.0
"""A marketplace with its root, in a database of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.marketplace import Marketplace, marketplace


@pytest.fixture
def shop(db: None, tmp_path: Path) -> Iterator[Marketplace]:
    with marketplace(tmp_path) as opened:
        yield opened
