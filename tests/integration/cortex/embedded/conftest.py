# SPDX-License-Identifier: Apache-2.0
"""A state directory of its own for each test; its servers are stopped and its files removed afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.embedded import locations, postgres, valkey


@pytest.fixture(scope="module", autouse=True)
def measured(measured_programs: None) -> None:
    """Measure the programs of one machine: they are what is tested."""


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    """Return a directory in which nothing was prepared yet."""
    yield tmp_path / "state"
    places = locations.prepare(base=tmp_path / "state")
    valkey.prepare(places.base).stop()
    database = postgres.existing(places.base)
    if database is not None:
        database.stop()
    for directory in (places.home, places.sockets, places.control):
        shutil.rmtree(directory, ignore_errors=True)
