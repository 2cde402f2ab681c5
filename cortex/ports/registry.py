# SPDX-License-Identifier: Apache-2.0
"""The typed registry: which adapter stands for a port in this process.

Each context binds in its `AppConfig.ready`; callers ask by Protocol and never import an adapter.
"""

from typing import Any, TypeVar

from cortex.errors import CortexError

P = TypeVar("P")
_bound: dict[type[Any], Any] = {}


class PortMustBeBound(CortexError):
    """A port was asked for that no context has bound: a wiring mistake, never a user's."""

    code = "ports.port_must_be_bound"
    status = 500


class PortMustBeBoundOnce(CortexError):
    """Two adapters claim one port: the last one would win silently."""

    code = "ports.port_must_be_bound_once"
    status = 500


def bind(port: type[P], adapter: P) -> None:
    """Make `adapter` the answer to `get(port)`; binding the same adapter again changes nothing."""
    bound = _bound.setdefault(port, adapter)
    if bound is not adapter:
        raise PortMustBeBoundOnce(
            f"Port {port.__name__}: bound to {type(bound).__name__}, "
            f"cannot be bound to {type(adapter).__name__} as well.",
            evidence={"object": port.__name__, "got": type(adapter).__name__},
        )


def get(port: type[P]) -> P:
    """Return the adapter bound to `port`; raises PortMustBeBound."""
    try:
        return _bound[port]  # type: ignore[no-any-return]
    except KeyError:
        raise PortMustBeBound(
            f"Port {port.__name__}: no adapter is bound. Add the context that binds it to INSTALLED_APPS.",
            evidence={"object": port.__name__},
        ) from None
