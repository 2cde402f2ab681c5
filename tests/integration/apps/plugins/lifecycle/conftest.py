# SPDX-License-Identifier: Apache-2.0
"""A company with a controller, keys that count, and one directory of compiled components."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.tenancy import scope
from tests.factories.installed_plugins import InCompany, trusted_both
from tests.factories.people import Cast, cast


@pytest.fixture(autouse=True)
def compiled_here(components: Path, settings: pytest.FixtureRequest) -> None:
    """Compile once for all tests: the small component is always the same."""
    directory = components / "installed"
    directory.mkdir(mode=0o700, exist_ok=True)
    settings.PLUGIN_DIRECTORY = str(directory)  # type: ignore[attr-defined]


@pytest.fixture
def people(db: None) -> Cast:
    return cast("ACME")


@pytest.fixture
def keys(db: None) -> None:
    trusted_both()


@pytest.fixture
def acme(people: Cast, keys: None) -> Iterator[InCompany]:
    with scope([people.company.id]):
        yield InCompany(company_id=people.company.id, by=people.alice_principal)
