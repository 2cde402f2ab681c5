# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from cortex.ports import registry
from cortex.ports.principal import Principal
from cortex.ports.registry import PortMustBeBound, PortMustBeBoundAtStart, PortMustBeBoundOnce


class Bell(Protocol):
    def ring(self) -> str: ...


class Brass:
    def ring(self) -> str:
        return "ding"


def cast_bell() -> Iterator[Any]:
    yield Brass()


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", {})
    monkeypatch.setattr(registry, "_resolve", registry.collected)


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

    def test_takes_the_same_maker_twice_and_no_other(self) -> None:
        registry.provide(Bell, Brass)
        registry.provide(Bell, Brass)
        with pytest.raises(PortMustBeBoundOnce, match="bound to Brass, cannot be bound to cast_bell"):
            registry.provide(Bell, cast_bell)
        with pytest.raises(PortMustBeBoundOnce):
            registry.provide(Bell, Brass, lifetime="scope")
        assert [each.name for each in registry.registrations()] == ["Brass"]

    def test_makes_nothing_before_the_container_is_built(self) -> None:
        registry.provide(Bell, Brass)
        with pytest.raises(PortMustBeBound):
            registry.get(Bell)

    def test_refuses_an_adapter_that_comes_after_the_container(self) -> None:
        registry.install(lambda port: Brass())
        with pytest.raises(PortMustBeBoundAtStart, match="Port Bell: expected Brass before the container"):
            registry.bind(Bell, Brass())


class TestPrincipal:
    def test_is_known_to_the_log_by_kind_and_id(self) -> None:
        assert Principal.service("console").urn == "service:console"
        assert Principal(kind="user", id="0193").urn == "user:0193"
