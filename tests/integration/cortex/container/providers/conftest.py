# SPDX-License-Identifier: Apache-2.0
"""A real Valkey that the limiter of these tests counts in."""

import pytest
from pytest_django.fixtures import Settings

from cortex.embedded.valkey import ValkeyServer


@pytest.fixture
def valkey(valkey_server: ValkeyServer, settings: Settings) -> ValkeyServer:
    """Let the limiter count there."""
    settings.REDIS_URL = valkey_server.url()
    return valkey_server
