# SPDX-License-Identifier: Apache-2.0
"""Servers that several rooms' tests speak to."""

from collections.abc import Iterator

import pytest

from cortex.embedded.valkey import ValkeyServer
from tests.integration.cortex.events.brokers import own_valkey


@pytest.fixture(scope="module")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Return a Valkey of this module's own, which its tests may kill."""
    with own_valkey(tmp_path_factory.mktemp("valkey") / "state") as server:
        yield server
