# SPDX-License-Identifier: Apache-2.0
"""What is done when a process starts and ends: hooks, declared beside the thing that they start.

@hook("on_boot", name="container", after=("database.roles",), timeout_seconds=10)
def build_container() -> None: ...

@hook("on_shutdown", name="container")          # undoes the hook of that name, if that one ran
def close_container() -> None: ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from cortex.boot.lifecycle.errors import HookMustBeUnique

Phase = Literal["on_preboot", "on_boot", "on_ready", "on_shutdown"]
ProcessKind = Literal["web", "worker", "beat", "command"]
PHASES: tuple[Phase, ...] = get_args(Phase)
PROCESSES: tuple[ProcessKind, ...] = get_args(ProcessKind)
# Processes that stay and serve; a command must do its work while servers are away.
SERVING: tuple[ProcessKind, ...] = ("web", "worker", "beat")
TIMEOUT_SECONDS = 10.0

Work = Callable[[], object]
WorkT = TypeVar("WorkT", bound=Work)


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One piece of a start or an end, and the kinds of process that it belongs to."""

    phase: Phase
    name: str
    work: Work
    after: frozenset[str] = frozenset()
    timeout_seconds: float = TIMEOUT_SECONDS
    processes: frozenset[ProcessKind] = frozenset(PROCESSES)

    @property
    def place(self) -> str:
        """Name the function, so that two hooks of one name can be told apart."""
        return f"{self.work.__module__}.{getattr(self.work, '__qualname__', repr(self.work))}"


class HookSet:
    """Hooks by name. Starting hooks share one space of names, ending hooks another."""

    def __init__(self) -> None:
        """Begin with none."""
        self._starting: dict[str, Hook] = {}
        self._ending: dict[str, Hook] = {}

    def add(self, hook: Hook) -> None:
        """Take a hook in; the same function again, as after a reload, takes its own place.

        Raises: HookMustBeUnique.
        """
        known = self._ending if hook.phase == "on_shutdown" else self._starting
        other = known.get(hook.name)
        if other is not None and other.place != hook.place:
            raise HookMustBeUnique(name=hook.name, phase=hook.phase, first=other.place, second=hook.place)
        known[hook.name] = hook

    def of_phase(self, phase: Phase) -> list[Hook]:
        """Return the hooks of a phase by name; on_ready has the ending hooks that undo no other, too."""
        found = [hook for hook in self._starting.values() if hook.phase == phase]
        if phase == "on_ready":
            found += [hook for name, hook in self._ending.items() if name not in self._starting]
        return sorted(found, key=lambda hook: hook.name)

    def ending(self, name: str) -> Hook | None:
        """Return the hook that undoes the one of this name."""
        return self._ending.get(name)

    def names_until(self, phase: Phase) -> set[str]:
        """Return the names that a hook of `phase` may wait for."""
        phases = PHASES[: PHASES.index(phase) + 1]
        return {hook.name for earlier in phases for hook in self.of_phase(earlier)}


# The hooks of this program; tests make sets of their own.
HOOKS = HookSet()


def hook(
    phase: Phase,
    *,
    name: str,
    after: Iterable[str] = (),
    timeout_seconds: float = TIMEOUT_SECONDS,
    processes: Iterable[ProcessKind] = PROCESSES,
    hooks: HookSet = HOOKS,
) -> Callable[[WorkT], WorkT]:
    """Declare that the decorated function belongs to a phase; the function itself stays as it is.

    A hook runs in a thread of its own, so that it can be given up when its time is over, and a database
    connection that it opened is closed behind it: it must set no signal and keep nothing thread-local.
    Raises: HookMustBeUnique.
    """

    def declare(work: WorkT) -> WorkT:
        hooks.add(
            Hook(
                phase=phase,
                name=name,
                work=work,
                after=frozenset(after),
                timeout_seconds=timeout_seconds,
                processes=frozenset(processes),
            )
        )
        return work

    return declare
