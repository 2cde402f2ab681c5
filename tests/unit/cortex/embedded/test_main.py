# SPDX-License-Identifier: Apache-2.0
"""Every failure is one sentence on standard error, and the exit code tells it from success."""

import errno
from pathlib import Path

import pytest

from cortex.embedded import __main__ as command
from cortex.embedded import console
from cortex.embedded.errors import PortInUse
from cortex.embedded.instance import AlreadyRunning, Running


def refuse_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def refuse(**_: object) -> None:
        raise error

    monkeypatch.setattr(console, "up", refuse)


class TestMain:
    @pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", ""])
    def test_refuses_what_is_no_port(self, port: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as exit_:
            command.main(["run", f"--port={port}"])
        assert exit_.value.code == 2
        assert f"{port} is no TCP port; give a number from 1 to 65535" in capsys.readouterr().err

    def test_runs_on_the_port_that_was_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[object] = []
        monkeypatch.setattr(console, "run", lambda **given: asked.append(given))
        assert command.main(["run", "--port=8001"]) == 0
        assert asked == [{"checkout": Path(__file__).parents[4], "port": 8001}]

    def test_tells_a_refusal_without_a_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        refuse_with(monkeypatch, PortInUse("Port 8000 is in use; choose another."))
        assert command.main(["up"]) == 1
        assert capsys.readouterr() == ("", "Port 8000 is in use; choose another.\n")

    def test_tells_a_full_disk_without_a_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        refuse_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "/state/env"))
        assert command.main(["up"]) == 1
        sentence = "/state/env refused (No space left on device); remove the cause and start again.\n"
        assert capsys.readouterr() == ("", sentence)

    @pytest.mark.parametrize(("running", "code"), [(Running(pid=7, url="http://x"), 0), (None, 1)])
    def test_counts_a_second_start_as_success_only_when_the_first_serves(
        self, monkeypatch: pytest.MonkeyPatch, running: Running | None, code: int
    ) -> None:
        refuse_with(monkeypatch, AlreadyRunning(running=running))
        assert command.main(["up"]) == code

    def test_reports_an_interruption_as_shells_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        refuse_with(monkeypatch, KeyboardInterrupt())
        assert command.main(["up"]) == 130
