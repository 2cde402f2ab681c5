# SPDX-License-Identifier: Apache-2.0
"""supervisord over real programs: order, restarts, and an end without survivors."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.embedded import leftovers, locations, processes
from cortex.embedded.errors import StepFailed
from cortex.embedded.programs import Program
from cortex.embedded.supervisor import Supervisor
from cortex.embedded.watch import Watch

SLEEPS = "import time; time.sleep(300)"


def program(name: str, code: str = SLEEPS) -> Program:
    mark = f"--mark-of-{name}-{os.getpid()}"
    return Program(name=name, command=[sys.executable, "-c", code, mark], mark=mark, directory=Path("/"))


@pytest.fixture
def supervisor(base: Path) -> Iterator[Supervisor]:
    own = Supervisor(locations=locations.prepare(base=base), environ=os.environ)
    yield own
    own.shut_down()


def wait_for(supervisor: Supervisor, name: str, word: str) -> None:
    assert processes.wait_until(lambda: supervisor.states()[name].word == word, seconds=20)


class TestSupervisor:
    def test_starts_nothing_by_itself_and_stops_what_was_started(self, supervisor: Supervisor) -> None:
        supervisor.start(programs=[program("first"), program("second")])
        assert {state.word for state in supervisor.states().values()} == {"STOPPED"}
        supervisor.start_program("first")
        wait_for(supervisor, "first", "RUNNING")
        pid = supervisor.states()["first"].pid
        supervisor.stop_programs(["second", "first"])
        assert {state.word for state in supervisor.states().values()} == {"STOPPED"}
        assert processes.command_line(pid=pid) == []

    def test_starts_a_killed_program_again_and_the_watch_says_so(self, supervisor: Supervisor) -> None:
        supervisor.start(programs=[program("worker")])
        supervisor.start_program("worker")
        wait_for(supervisor, "worker", "RUNNING")
        said: list[str] = []
        watch = Watch(supervisor=supervisor, say=said.append)
        watch.look_now()
        pid = supervisor.states()["worker"].pid
        os.kill(pid, signal.SIGKILL)
        assert processes.wait_until(lambda: supervisor.states()["worker"].pid not in {0, pid}, seconds=20)
        watch.look_now()
        again = supervisor.states()["worker"].pid
        log = supervisor.locations.log / "worker.log"
        assert said == [f"worker ended unexpectedly and was started again (pid {again}); its log is {log}."]

    def test_leaves_no_process_when_it_is_shut_down(self, supervisor: Supervisor) -> None:
        supervisor.start(programs=[program("web")])
        supervisor.start_program("web")
        wait_for(supervisor, "web", "RUNNING")
        pid = supervisor.states()["web"].pid
        supervisor.shut_down()
        assert not supervisor.answers()
        assert supervisor.ended()
        assert processes.command_line(pid=pid) == []

    def test_keeps_a_percent_sign_of_a_command(self, supervisor: Supervisor) -> None:
        supervisor.start(programs=[program("web", "print('100%s' % '%', flush=True); " + SLEEPS)])
        supervisor.start_program("web")
        log = supervisor.locations.log / "web.log"
        assert processes.wait_until(lambda: log.exists() and log.read_text() == "100%\n", seconds=20)

    def test_says_where_to_read_when_it_does_not_start(self, supervisor: Supervisor) -> None:
        supervisor.locations.log.joinpath("supervisord.log").mkdir()
        with pytest.raises(StepFailed, match=r"did not start; read .*supervisord\.out"):
            supervisor.start(programs=[])


class TestLeftovers:
    def test_of_a_killed_supervisor_are_stopped_by_their_mark(self, supervisor: Supervisor) -> None:
        orphan, other = program("worker"), program("beat")
        supervisor.start(programs=[orphan, other])
        for name in ("worker", "beat"):
            supervisor.start_program(name)
            wait_for(supervisor, name, "RUNNING")
        pids = {name: state.pid for name, state in supervisor.states().items()}
        assert supervisor.process is not None
        supervisor.process.kill()
        supervisor.process.wait()
        assert leftovers.stop_leftovers(programs=[orphan], postgres=None, valkey=None) == ["worker"]
        assert processes.command_line(pid=pids["worker"]) == []
        assert processes.command_line(pid=pids["beat"]) != []
        assert leftovers.stop_leftovers(programs=[orphan, other], postgres=None, valkey=None) == ["beat"]
