# SPDX-License-Identifier: Apache-2.0
"""Why a process does not start: one class for each cause, one sentence for whoever is on duty."""

from collections.abc import Sequence

from cortex.errors import CortexError


class BootRefused(CortexError):
    """A process must not start; what it had started already is shut down."""

    code = "boot.process_must_start_whole"
    status = 503


class HookMustBeUnique(BootRefused):
    """Two hooks carry one name, so nobody could say which of them another one waits for."""

    code = "boot.hook_must_be_unique"

    def __init__(self, *, name: str, phase: str, first: str, second: str) -> None:
        """Name both functions."""
        super().__init__(
            f"Hook {name} of {phase} was given twice, by {first} and by {second}; rename one of them.",
            evidence={"object": name, "expected": first, "got": second, "remedy": "rename one of them"},
        )


class HookDependencyMustBeKnown(BootRefused):
    """A hook waits for one that does not exist, or that comes in a later phase."""

    code = "boot.hook_dependency_must_be_known"

    def __init__(self, *, name: str, phase: str, dependency: str) -> None:
        """Name the hook and what it waits for."""
        super().__init__(
            f"Hook {name} of {phase} waits for {dependency}, which no hook of this phase or an earlier one is"
            " called; correct its `after`.",
            evidence={"object": name, "got": dependency, "remedy": "correct `after` of this hook"},
        )


class HooksMustNotWaitInACircle(BootRefused):
    """Hooks wait for each other, so none can be first."""

    code = "boot.hooks_must_not_wait_in_a_circle"

    def __init__(self, *, phase: str, circle: Sequence[str]) -> None:
        """Show the way around."""
        way = " → ".join([*circle, circle[0]])
        super().__init__(
            f"Hooks of {phase} wait for each other: {way}; take one of these `after` away.",
            evidence={"object": phase, "got": way, "remedy": "take one `after` away"},
        )


class HookMustSucceed(BootRefused):
    """A hook raised an error."""

    code = "boot.hook_must_succeed"

    def __init__(self, *, name: str, phase: str, error: BaseException) -> None:
        """Say what the hook said."""
        reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".:")
        super().__init__(
            f"Hook {name} of {phase} failed ({reason}); remove the cause and start again.",
            evidence={"object": name, "got": reason, "remedy": "remove the cause and start again"},
        )


class HookMustEndInTime(BootRefused):
    """A hook still ran when its time was over."""

    code = "boot.hook_must_end_in_time"

    def __init__(self, *, name: str, phase: str, timeout_seconds: float) -> None:
        """Say how long it was allowed to take."""
        super().__init__(
            f"Hook {name} of {phase} did not end within {timeout_seconds:g} s; see what it waits for, and"
            " start again.",
            evidence={"object": name, "expected": f"at most {timeout_seconds:g} s", "got": "still running"},
        )
