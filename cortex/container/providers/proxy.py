# SPDX-License-Identifier: Apache-2.0
"""An adapter inside its guard: the same port, generated from the Protocol."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from cortex.container.providers.errors import OperationMustBeDeclared
from cortex.container.providers.guard import Guard
from cortex.container.providers.provider import Capability

P = TypeVar("P")


class _Guarded:
    """Base of the generated classes."""

    def __init__(self, adapter: object, guard: Guard) -> None:
        self._adapter, self._guard = adapter, guard

    def __repr__(self) -> str:
        return f"<guarded {self._guard.provider.key} {self._guard.provider.version}>"


def guarded(*, capability: Capability[P], adapter: P, guard: Guard) -> P:
    """Return `adapter` with every operation of the port inside the guard."""
    if capability.wrap is not None:
        return capability.wrap(adapter, guard)
    methods = {name: _method(name, repeats) for name, repeats in checked_operations(capability).items()}
    wrapper = type(f"Guarded{capability.port.__name__}", (_Guarded,), methods)
    return cast(P, wrapper(adapter, guard))


def checked_operations(capability: Capability[Any]) -> dict[str, bool]:
    """Return the declared operations; raises OperationMustBeDeclared unless they are those of the port."""
    declared, there = dict(capability.operations), _operations_of(capability.port)
    if set(declared) != there:
        odd = sorted(set(declared) ^ there)
        raise OperationMustBeDeclared(
            f"Capability {capability.name}: expected the operations of {capability.port.__name__}, each with "
            f"whether it may be repeated; {', '.join(odd)} stands on one side only.",
            evidence={"object": capability.name, "expected": sorted(there), "got": sorted(declared)},
        )
    return declared


def _operations_of(port: type[Any]) -> set[str]:
    return {
        name
        for base in port.__mro__
        if base not in (object, Protocol) and base.__module__ != "typing"
        for name, member in vars(base).items()
        if callable(member) and not name.startswith("_")
    }


def _method(name: str, is_idempotent: bool) -> Callable[..., Any]:
    def call(self: _Guarded, *args: Any, **kwargs: Any) -> Any:
        function = getattr(self._adapter, name)
        return self._guard.call(name, lambda: function(*args, **kwargs), is_idempotent=is_idempotent)

    call.__name__ = name
    return call
