# SPDX-License-Identifier: Apache-2.0
"""What an event came of, where a plugin caused it: else plugins that hear each other would never rest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# An event further away from a person's deed is told to no plugin.
HOPS_MAX = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """The plugin whose call published an event, and how many calls of plugins stand behind it."""

    plugin: str
    hops: int

    @property
    def extensions(self) -> Mapping[str, object]:
        """Return the attributes of an envelope that say so. Source: CloudEvents 1.0.2 section 3.1."""
        return {"plugin": self.plugin, "hops": self.hops}


_cause: ContextVar[Cause | None] = ContextVar("cause_of_events", default=None)


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    """Let all events that are published in this block say what they came of."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


def current_cause() -> Cause | None:
    """Return what events of this context come of, or None where a person or the program is behind them."""
    return _cause.get()


def cause_in(envelope: Mapping[str, object]) -> Cause | None:
    """Return what an envelope says that it came of, or None."""
    plugin, hops = envelope.get("plugin"), envelope.get("hops")
    return Cause(plugin, hops) if isinstance(plugin, str) and isinstance(hops, int) else None
