# SPDX-License-Identifier: Apache-2.0
"""A registry and a container of the test's own."""

from collections.abc import Callable

import pytest

from cortex.container import scopes
from cortex.ports import registry
from tests.unit.cortex.container import instruments


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what builds the container of what the test registered; afterwards the program's own is back."""
    monkeypatch.setattr(registry, "_registered", {})
    monkeypatch.setattr(registry, "_resolve", registry.collected)
    monkeypatch.setattr(scopes, "_answering", None)
    instruments.left.clear()
    return scopes.build
