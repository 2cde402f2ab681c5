# SPDX-License-Identifier: Apache-2.0
"""A company with a controller, and keys that count."""

from collections.abc import Iterator

import pytest

from cortex.tenancy import scope
from tests.factories.installed_plugins import InCompany, trusted_both
from tests.factories.people import Cast, cast


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
