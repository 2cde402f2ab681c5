# SPDX-License-Identifier: Apache-2.0
"""A real Valkey that the limiter of these tests counts in."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from cortex.embedded.valkey import ValkeyServer
from tests.integration.cortex.events.brokers import own_valkey


@pytest.fixture(scope="module")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Return a Valkey of this module's own, which its tests may kill."""
    with own_valkey(tmp_path_factory.mktemp("valkey") / "state") as server:
        yield server


@pytest.fixture
def valkey(valkey_server: ValkeyServer, settings: Settings) -> ValkeyServer:
    """Let the limiter count there."""
    settings.REDIS_URL = valkey_server.url()
    return valkey_server
