# SPDX-License-Identifier: Apache-2.0
"""Watch the supervised programs: tell every restart, and give up on a program that never stays up."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from xmlrpc.client import Error as AnswerRefused

from cortex.embedded.errors import StepFailed
from cortex.embedded.supervisor import State, Supervisor, log_of

LOOK_SECONDS = 0.5
RESTARTS_MAX = 5
RESTARTS_WINDOW_SECONDS = 60.0


class Watch:
    """What was last seen of each program, and when it was started again."""

    def __init__(self, *, supervisor: Supervisor, say: Callable[[str], None]) -> None:
        """Know no process yet: the first that is seen of each program is its normal one."""
        self.supervisor = supervisor
        self.say = say
        self._pids: dict[str, int] = {}
        self._restarts: defaultdict[str, deque[float]] = defaultdict(deque)

    def until_interrupted(self) -> None:
        """Look twice a second, for ever.

        Raises: StepFailed, when the supervisor or one of its programs cannot be kept alive.
        """
        while True:
            self.look_now()
            time.sleep(LOOK_SECONDS)

    def look_now(self) -> None:
        """Look once.

        Raises: StepFailed, as above.
        """
        self.look(states=self._states(), at_seconds=time.monotonic())

    def look(self, *, states: Mapping[str, State], at_seconds: float) -> None:
        """Compare the states with those seen before, and tell or refuse what changed."""
        for name, state in states.items():
            if state.word == "FATAL":
                raise self._hopeless(name)
            before = self._pids.get(name, 0)
            self._pids[name] = state.pid or before
            if before and self._pids[name] != before:
                self._count(name, at_seconds=at_seconds)

    def _count(self, name: str, *, at_seconds: float) -> None:
        times = self._restarts[name]
        times.append(at_seconds)
        while times[0] < at_seconds - RESTARTS_WINDOW_SECONDS:
            times.popleft()
        if len(times) > RESTARTS_MAX:
            raise self._hopeless(name)
        log = log_of(name, locations=self.supervisor.locations)
        self.say(
            f"{name} ended unexpectedly and was started again (pid {self._pids[name]}); its log is {log}."
        )

    def _states(self) -> Mapping[str, State]:
        try:
            return self.supervisor.states()
        except (OSError, AnswerRefused) as error:
            log = log_of("supervisord", locations=self.supervisor.locations)
            raise StepFailed(
                f"The supervisor ended unexpectedly; read {log} and run make run again."
            ) from error

    def _hopeless(self, name: str) -> StepFailed:
        log = log_of(name, locations=self.supervisor.locations)
        return StepFailed(
            f"{name} ends again and again; read {log}, remove the cause and run make run again."
        )
