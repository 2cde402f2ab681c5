# SPDX-License-Identifier: Apache-2.0
"""The typed registry: which adapter stands for a port in this process.

Each context registers in its `AppConfig.ready`; callers ask by Protocol and never import an adapter. Until
the container is built the registry only collects; then the container answers for it, and wiring is over.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from cortex.errors import CortexError

P = TypeVar("P")
Lifetime = Literal["process", "scope"]
Resolve = Callable[[type[Any]], Any]


class PortMustBeBound(CortexError):
    """A port was asked for that no context has bound: a wiring mistake, never a user's."""

    code = "ports.port_must_be_bound"
    status = 500


class PortMustBeBoundOnce(CortexError):
    """Two adapters claim one port: the last one would win silently."""

    code = "ports.port_must_be_bound_once"
    status = 500


class PortMustBeBoundAtStart(CortexError):
    """An adapter comes after the container was built: others may hold what it was to replace."""

    code = "ports.port_must_be_bound_at_start"
    status = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How a port gets its adapter: it is there already, or made by a class or function of other ports.

    A generator function yields its adapter and closes it after the yield. Lifetime `process` makes one for
    all, `scope` one for each request, task or command.
    """

    port: type[Any]
    adapter: Any = None
    make: Callable[..., Any] | None = None
    lifetime: Lifetime = "process"

    @property
    def name(self) -> str:
        """Return what people call the adapter."""
        return self.make.__name__ if self.make else type(self.adapter).__name__

    @property
    def is_closed(self) -> bool:
        """Return whether the adapter is closed when its lifetime ends."""
        return inspect.isgeneratorfunction(self.make)

    def is_same_as(self, other: "Registration") -> bool:
        """Return whether both lead to one adapter."""
        return self.adapter is other.adapter and self.make is other.make and self.lifetime == other.lifetime


_registered: dict[type[Any], Registration] = {}


def bind(port: type[P], adapter: P) -> None:
    """Make `adapter` the answer to `get(port)`; binding the same adapter again changes nothing."""
    _register(Registration(port=port, adapter=adapter))


def provide(
    port: type[P],
    make: Callable[..., P] | Callable[..., Iterator[P]],
    *,
    lifetime: Lifetime = "process",
) -> None:
    """Let the container make the adapter when it is first asked for, with the ports that `make` names."""
    _register(Registration(port=port, make=make, lifetime=lifetime))


def get(port: type[P]) -> P:
    """Return the adapter of `port`; raises PortMustBeBound, ScopeMustBeOpen."""
    return _resolve(port)  # type: ignore[no-any-return]


def registrations() -> list[Registration]:
    """Return what was registered, in order."""
    return list(_registered.values())


def port_must_be_bound(port: type[Any]) -> PortMustBeBound:
    """Return the refusal of a port that nobody has bound."""
    return PortMustBeBound(
        f"Port {port.__name__}: no adapter is bound. Add the context that binds it to INSTALLED_APPS.",
        evidence={"object": port.__name__},
    )


def install(resolve: Resolve) -> Resolve:
    """Let `resolve` answer from now on; return who answered before."""
    global _resolve
    before, _resolve = _resolve, resolve
    return before


def collected(port: type[Any]) -> Any:
    """Answer before the container is built, with what needs no making."""
    registration = _registered.get(port)
    if registration is None or registration.make is not None:
        raise port_must_be_bound(port)
    return registration.adapter


def _register(registration: Registration) -> None:
    port = registration.port
    bound = _registered.get(port)
    if bound is not None and bound.is_same_as(registration):
        return
    evidence = {"object": port.__name__, "got": registration.name}
    if bound is not None:
        raise PortMustBeBoundOnce(
            f"Port {port.__name__}: bound to {bound.name}, cannot be bound to {registration.name} as well.",
            evidence=evidence,
        )
    if _resolve is not collected:
        raise PortMustBeBoundAtStart(
            f"Port {port.__name__}: expected {registration.name} before the container was built, got it "
            "afterwards. Bind it in an AppConfig.ready that stands before cortex.container.",
            evidence=evidence,
        )
    _registered[port] = registration


_resolve: Resolve = collected
