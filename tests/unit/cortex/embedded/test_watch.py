# SPDX-License-Identifier: Apache-2.0
"""What the watch tells, and when it gives up."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cortex.embedded.account import caller
from cortex.embedded.errors import StepFailed
from cortex.embedded.locations import Locations
from cortex.embedded.supervisor import State, Supervisor
from cortex.embedded.watch import RESTARTS_MAX, RESTARTS_WINDOW_SECONDS, Watch

ROOT = Path("/srv/state")
PLACES = Locations(base=ROOT, home=ROOT, sockets=ROOT, control=ROOT, account=caller())


def states(pid: int, word: str = "RUNNING") -> Mapping[str, State]:
    return {"web": State(name="web", word=word, pid=pid)}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watch(said: list[str]) -> Watch:
    watch = Watch(supervisor=Supervisor(locations=PLACES, environ={}), say=said.append)
    watch.look(states=states(0, "STOPPED"), at_seconds=0.0)
    watch.look(states=states(100), at_seconds=0.5)
    return watch


class TestWatch:
    def test_is_silent_while_nothing_changes(self, watch: Watch, said: list[str]) -> None:
        watch.look(states=states(100), at_seconds=1.0)
        watch.look(states=states(0, "EXITED"), at_seconds=2.0)
        assert said == []

    def test_tells_a_restart_once_with_pid_and_log(self, watch: Watch, said: list[str]) -> None:
        watch.look(states=states(200), at_seconds=1.0)
        watch.look(states=states(200), at_seconds=1.5)
        assert said == [
            "web ended unexpectedly and was started again (pid 200); its log is /srv/state/log/web.log."
        ]

    def test_gives_up_when_nobody_answers(self, watch: Watch) -> None:
        with pytest.raises(StepFailed, match=r"supervisor ended unexpectedly; read .*supervisord\.log"):
            watch.look_now()

    def test_gives_up_when_the_supervisor_did(self, watch: Watch) -> None:
        with pytest.raises(StepFailed, match=r"web ends again and again; read /srv/state/log/web.log"):
            watch.look(states=states(0, "FATAL"), at_seconds=1.0)

    def test_gives_up_on_restarts_that_come_too_often(self, watch: Watch, said: list[str]) -> None:
        for number in range(RESTARTS_MAX):
            watch.look(states=states(200 + number), at_seconds=float(number))
        with pytest.raises(StepFailed, match="web ends again and again"):
            watch.look(states=states(300), at_seconds=float(RESTARTS_MAX))
        assert len(said) == RESTARTS_MAX

    def test_forgives_restarts_that_come_rarely(self, watch: Watch, said: list[str]) -> None:
        for number in range(RESTARTS_MAX * 2):
            watch.look(states=states(200 + number), at_seconds=number * RESTARTS_WINDOW_SECONDS)
        assert len(said) == RESTARTS_MAX * 2
