# SPDX-License-Identifier: Apache-2.0
"""What a room registers: a capability that others may ask for, and a provider that has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from cortex.container.providers.limits import Limits
from cortex.container.providers.versions import Version

P = TypeVar("P")


class Interruption(Enum):
    """How a call ends that takes too long.

    DEADLINE: the adapter asks `remaining_seconds()` and stops by itself. THREAD: the caller stops waiting;
    what was asked for may still happen. ITSELF: nothing of ours ends it, the adapter has a timeout of its own
    or never waits for another machine; a call over its time is counted as late.
    """

    DEADLINE = "deadline"
    THREAD = "thread"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability(Generic[P]):
    """A port that providers implement. `operations` says of each whether it may be repeated safely."""

    name: str
    port: type[P]
    operations: Mapping[str, bool]
    limits: Limits
    # Where a port hands out objects that call as well, it brings its own wrapper, which is given the guard.
    wrap: Callable[[P, Any], P] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Generic[P]):
    """An adapter with a name and a version.

    `adapter` makes it when it is first used. `health` raises or returns; it must bound its own time.
    `unreachable` are the errors that say that the provider could not be asked; all others are answers.
    `uses_database` keeps the calls in the caller's thread and never repeats one inside a transaction, which
    an error has ended.
    """

    capability: Capability[P]
    name: str
    version: Version
    adapter: Callable[[], P]
    health: Callable[[], None]
    interruption: Interruption
    unreachable: tuple[type[Exception], ...] = field(default=())
    uses_database: bool = False

    @property
    def key(self) -> str:
        """Return the name under which limits and figures are kept."""
        return f"{self.capability.name}/{self.name}"
