# SPDX-License-Identifier: Apache-2.0
"""Who wants which events: contexts register functions in their `subscribers` module."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cortex.errors import CortexError, NotFound
from cortex.events.received import ReceivedEvent

EVERY_EVENT = "*"
Effect = Callable[[ReceivedEvent], None]
_registered: dict[str, "Subscriber"] = {}


class SubscriberMustExist(NotFound):
    """No subscriber of this name is registered."""

    code = "events.subscriber_must_exist"


class SubscriberMustBeUnique(CortexError):
    """Two functions claim one name, and would share one inbox."""

    code = "events.subscriber_must_be_unique"
    status = 500


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One function that acts on events. Its name is its place in every stream, so it never changes."""

    name: str
    event_types: frozenset[str]
    effect: Effect

    def wants(self, event_type: str) -> bool:
        """Return whether events of this type concern the subscriber."""
        return EVERY_EVENT in self.event_types or event_type in self.event_types


def subscriber(name: str, *, event_types: Iterable[str]) -> Callable[[Effect], Effect]:
    """Register the decorated function: one call is one transaction, with the event's company in scope."""

    def registered(effect: Effect) -> Effect:
        wanted = Subscriber(name, frozenset(event_types), effect)
        if _registered.setdefault(name, wanted) != wanted:
            raise SubscriberMustBeUnique(
                f"Subscriber {name}: registered already. Choose another name.", evidence={"object": name}
            )
        return effect

    return registered


def subscriber_named(name: str) -> Subscriber:
    """Return the subscriber; raises SubscriberMustExist."""
    found = _registered.get(name)
    if found is None:
        raise SubscriberMustExist(
            f"Subscriber {name}: expected one of {', '.join(sorted(_registered)) or 'none'}.",
            evidence={"object": "subscriber", "got": name, "expected": sorted(_registered)},
        )
    return found


def all_subscribers() -> list[Subscriber]:
    """Return every subscriber, by name."""
    return [_registered[name] for name in sorted(_registered)]
