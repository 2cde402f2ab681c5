# SPDX-License-Identifier: Apache-2.0
"""The one order of the hooks of a phase: dependencies first, then by name; never by chance of import."""

import heapq
from collections.abc import Mapping, Set

from cortex.boot.lifecycle.errors import HookDependencyMustBeKnown, HooksMustNotWaitInACircle
from cortex.boot.lifecycle.hooks import Hook, HookSet, Phase, ProcessKind


def ordered(*, hooks: HookSet, phase: Phase, process: ProcessKind) -> list[Hook]:
    """Return the hooks of a phase that this kind of process runs, in order.

    All hooks of the phase are judged and ordered, whichever process they belong to: a mistake is found in
    the first process that starts, and two hooks keep their order in every process that runs both.
    Raises: HookDependencyMustBeKnown, HooksMustNotWaitInACircle.
    """
    members = {member.name: member for member in hooks.of_phase(phase)}
    waits_for = {name: _dependencies(member, hooks=hooks) for name, member in members.items()}
    known = hooks.names_until(phase)
    for name in sorted(waits_for):
        for dependency in sorted(waits_for[name] - known):
            raise HookDependencyMustBeKnown(name=name, phase=phase, dependency=dependency)
    inside = {name: names & members.keys() for name, names in waits_for.items()}
    return [members[name] for name in _sorted(inside, phase=phase) if process in members[name].processes]


def _dependencies(hook: Hook, *, hooks: HookSet) -> frozenset[str]:
    """Join what a hook and the one that undoes it wait for: they go up and down in one order."""
    ending = hooks.ending(hook.name)
    return hook.after | (ending.after if ending is not None else frozenset())


def _sorted(waits_for: Mapping[str, Set[str]], *, phase: Phase) -> list[str]:
    """Take again and again the smallest name that waits for nobody. Source: Kahn 1962."""
    open_names = {name: set(names) for name, names in waits_for.items()}
    free = sorted(name for name, names in open_names.items() if not names)
    order: list[str] = []
    while free:
        name = heapq.heappop(free)
        order.append(name)
        del open_names[name]
        for other, names in open_names.items():
            if name in names:
                names.remove(name)
                if not names:
                    heapq.heappush(free, other)
    if open_names:
        raise HooksMustNotWaitInACircle(phase=phase, circle=_circle(open_names))
    return order


def _circle(waits_for: Mapping[str, Set[str]]) -> list[str]:
    """Follow the smallest dependency from the smallest name until a name comes again."""
    way = [min(waits_for)]
    while (following := min(waits_for[way[-1]] & waits_for.keys())) not in way:
        way.append(following)
    circle = way[way.index(following) :]
    start = circle.index(min(circle))
    return [*circle[start:], *circle[:start]]
