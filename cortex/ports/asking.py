# SPDX-License-Identifier: Apache-2.0
"""What commands, tasks and subscribers say about their own access, where tests can read it and hold it
against what they really ask.

It stands here and not beside the declarations of views, because rooms below the policies have commands too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

D = TypeVar("D")
ATTRIBUTE = "asking_declaration"
ANY_VERB = "*"


@dataclass(frozen=True, slots=True)
class Asking:
    """The actions that one door, or one verb of it, asks for; where there are none, the reason."""

    actions: frozenset[str] = frozenset()
    reason: str = ""


def of(*actions: str) -> Asking:
    """Return what stands for a verb that asks for these actions, each in some run."""
    return Asking(actions=frozenset(actions))


def nothing(reason: str) -> Asking:
    """Return what stands for a verb that asks for no action, and why it needs none."""
    return Asking(reason=reason)


def asks(*actions: str, **verbs: Asking) -> Callable[[D], D]:
    """Declare the actions that a door asks for, or what each verb of a command does (`list=of("…")`).

    A verb with a hyphen is written with an underscore.
    """
    if actions:
        return _declare({ANY_VERB: of(*actions)})
    return _declare({verb.replace("_", "-"): asking for verb, asking in verbs.items()})


def asks_nothing(reason: str) -> Callable[[D], D]:
    """Declare that a door asks for no action, and say why."""
    return _declare({ANY_VERB: nothing(reason)})


def asking_of(door: Any) -> Mapping[str, Asking] | None:
    """Return what a command's class, a task or a function declares, by verb; None where it declares nothing.

    What a base class declares counts for that class alone.
    """
    for candidate in (door, getattr(door, "run", None)):
        found = getattr(candidate, "__dict__", {}).get(ATTRIBUTE)
        if found is not None:
            declared: Mapping[str, Asking] = found
            return declared
    return None


def _declare(verbs: Mapping[str, Asking]) -> Callable[[D], D]:
    def declared(door: D) -> D:
        setattr(door, ATTRIBUTE, verbs)
        return door

    return declared
