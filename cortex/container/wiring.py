# SPDX-License-Identifier: Apache-2.0
"""Make one wireup container of what was registered, or say in one sentence why that cannot be."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, Literal, get_type_hints

from wireup import SyncContainer, create_sync_container, injectable
from wireup.errors import WireupError

from cortex.errors import CortexError
from cortex.ports.registry import Lifetime, Registration

# What wireup writes for classes and functions; an address in memory differs at every start.
_REPRESENTED = re.compile(r"<class '([^']+)'>|<function (\S+) at 0x[0-9a-f]+>")
_LIFETIMES: Mapping[Lifetime, Literal["singleton", "scoped"]] = {"process": "singleton", "scope": "scoped"}


class WiringMustBeSound(CortexError):
    """Adapters wait for each other, need what nobody binds, or outlive what they hold."""

    code = "container.wiring_must_be_sound"
    status = 500


def built(registrations: Sequence[Registration]) -> SyncContainer:
    """Return the container; raises WiringMustBeSound before anything was made."""
    try:
        return create_sync_container(injectables=[_injectable(each) for each in registrations])
    except WireupError as refusal:
        raise _unsound(str(refusal)) from refusal


def needed_ports(registration: Registration) -> Mapping[str, type[Any]]:
    """Return the port behind each parameter of what makes the adapter; one with a default may be missing."""
    make = registration.make
    if make is None:
        return {}
    try:
        hints = get_type_hints(make.__init__ if isinstance(make, type) else make)  # type: ignore[misc]
    except NameError as error:
        raise _unsound(f"{registration.name} names a port that is not imported: {error}") from error
    return {name: hints[name] for name in inspect.signature(make).parameters if name in hints}


def depending_on(ports: Set[type[Any]], *, registrations: Sequence[Registration]) -> set[type[Any]]:
    """Return these ports and those whose adapters are made of them, of those, and so on."""
    found, more = set[type[Any]](), set(ports)
    while more:
        found |= more
        more = {
            each.port
            for each in registrations
            if each.port not in found and found & set(needed_ports(each).values())
        }
    return found


def _injectable(registration: Registration) -> Any:
    """Return a function of this registration's own for wireup, which marks what it is given."""
    make, port = registration.make, registration.port
    found = _of_adapter(registration.adapter) if make is None else _of_maker(make)
    if make is not None:
        found.__signature__ = _signature(registration, make)  # type: ignore[attr-defined]
    found.__annotations__ = {"return": Iterator[port] if registration.is_closed else port}  # type: ignore[valid-type]
    found.__name__ = found.__qualname__ = registration.name
    found.__module__ = (make or type(registration.adapter)).__module__
    return injectable(found, lifetime=_LIFETIMES[registration.lifetime], as_type=port)


def _of_adapter(adapter: Any) -> Callable[..., Any]:
    def give() -> Any:
        return adapter

    return give


def _of_maker(make: Callable[..., Any]) -> Callable[..., Any]:
    def give(**needed: Any) -> Any:
        return make(**needed)

    def give_and_close(**needed: Any) -> Iterator[Any]:
        yield from make(**needed)

    return give_and_close if inspect.isgeneratorfunction(make) else give


def _signature(registration: Registration, make: Callable[..., Any]) -> inspect.Signature:
    ports = needed_ports(registration)
    parameters = inspect.signature(make).parameters.values()
    return inspect.Signature(
        [each.replace(annotation=ports.get(each.name, each.annotation)) for each in parameters]
    )


def _unsound(reason: str) -> WiringMustBeSound:
    named = _REPRESENTED.sub(lambda found: found[1] or found[2], reason.removesuffix("! Cycle here"))
    told = " ".join(named.split()).rstrip(". ")
    return WiringMustBeSound(
        f"Container: expected adapters that can be made, got: {told}. Correct what the AppConfigs register.",
        evidence={
            "object": "container",
            "expected": "adapters that can be made",
            "got": told,
            "remedy": "correct what the AppConfigs register",
        },
    )
