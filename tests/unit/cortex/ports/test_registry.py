# SPDX-License-Identifier: Apache-2.0
from typing import Protocol

import pytest

from cortex.ports import registry
from cortex.ports.principal import Principal
from cortex.ports.registry import PortMustBeBound, PortMustBeBoundOnce


class Bell(Protocol):
    def ring(self) -> str: ...


class Brass:
    def ring(self) -> str:
        return "ding"


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_bound", {})


@pytest.mark.usefixtures("empty_registry")
class TestRegistry:
    def test_gives_what_was_bound(self) -> None:
        brass = Brass()
        registry.bind(Bell, brass)
        registry.bind(Bell, brass)
        assert registry.get(Bell) is brass

    def test_refuses_a_port_that_nobody_bound(self) -> None:
        with pytest.raises(PortMustBeBound, match="Port Bell: no adapter is bound"):
            registry.get(Bell)

    def test_refuses_a_second_adapter_and_keeps_the_first(self) -> None:
        first = Brass()
        registry.bind(Bell, first)
        with pytest.raises(PortMustBeBoundOnce) as refusal:
            registry.bind(Bell, Brass())
        assert refusal.value.evidence == {"object": "Bell", "got": "Brass"}
        assert registry.get(Bell) is first


class TestPrincipal:
    def test_is_known_to_the_log_by_kind_and_id(self) -> None:
        assert Principal.service("console").urn == "service:console"
        assert Principal(kind="user", id="0193").urn == "user:0193"
