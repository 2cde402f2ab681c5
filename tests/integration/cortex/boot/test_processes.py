# SPDX-License-Identifier: Apache-2.0
"""Web, worker, beat and commands, each started for real: what runs where, in which order, and how it ends."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cortex.boot.log_header.console import main as logs
from tests.integration.cortex.boot.started import PROGRAMS, PUBLIC, Started

READY = ["up alarm", "up wire"]
ENDED = ["down wire", "down alarm"]
# Which of the processes of a program become ready: the children of a gunicorn, all of a worker.
CHILDREN = {"web": 2, "worker": 2, "beat": 0}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Started]]:
    """Start the three programs side by side, and end each as soon as all its processes are ready."""
    directory = tmp_path_factory.mktemp("programs")
    running = {name: Started(name, *words, directory=directory) for name, words in PROGRAMS.items()}
    try:
        for name, program in running.items():
            wires = max(CHILDREN[name], 1) + (name == "worker")
            program.wait_for(lambda lines, wires=wires: sum("up wire" in line for line in lines) == wires)
        for program in running.values():
            program.terminate()
        for program in running.values():
            assert program.process.wait(timeout=60) in {0, 143}, program.log.read_text()
        yield running
    finally:
        for program in running.values():
            program.process.kill()
            program.process.wait(timeout=10)


@pytest.mark.slow
class TestProgram:
    def test_of_the_web_starts_in_the_master_and_is_ready_in_its_workers(
        self, ended: Mapping[str, Started]
    ) -> None:
        web = ended["web"]
        assert web.of_pid(web.process.pid) == ["up books", "down books"]
        assert [web.of_pid(pid) for pid in web.children()] == [[*READY, *ENDED]] * 2
        assert web.records()[-1] == f"down books {web.process.pid}"

    def test_of_the_worker_is_ready_in_each_process_of_its_pool(self, ended: Mapping[str, Started]) -> None:
        worker = ended["worker"]
        assert worker.of_pid(worker.process.pid) == ["up books", *READY, *ENDED, "down books"]
        assert [worker.of_pid(pid) for pid in worker.children()] == [[*READY, *ENDED]] * 2

    def test_of_beat_ends_in_reverse(self, ended: Mapping[str, Started]) -> None:
        beat = ended["beat"]
        assert beat.of_pid(beat.process.pid) == ["up books", *READY, *ENDED, "down books"]
        assert beat.children() == []

    @pytest.mark.parametrize("name", PROGRAMS)
    def test_begins_its_log_with_one_header(
        self, ended: Mapping[str, Started], name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        program = ended[name]
        assert logs(["verify", str(program.log), "--key", PUBLIC, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["findings"]
        assert (found["line"], found["header"]["process"]) == (1, name)
        assert found["header"]["pid"] == program.process.pid

    @pytest.mark.parametrize("name", PROGRAMS)
    def test_logs_its_boot_report(self, ended: Mapping[str, Started], name: str) -> None:
        told = [json.loads(line) for line in ended[name].lines() if '"event":"ready"' in line]
        assert {line["boot_report"]["started"]["process"] for line in told} == {name}
        assert len({line["boot_report"]["digest"] for line in told}) == 1


@pytest.mark.slow
class TestRestart:
    def test_begins_a_new_segment_of_the_same_log(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for _ in range(2):
            beat = Started("beat", *PROGRAMS["beat"], directory=tmp_path, HOOKS_MODE="fail")
            assert beat.process.wait(timeout=60) == 3
        assert logs(["verify", str(beat.log), "--key", PUBLIC, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["headers"] == 2


@pytest.mark.slow
class TestRefusedStart:
    @pytest.mark.parametrize(
        ("mode", "code", "sentence"),
        [
            ("fail", "boot.hook_must_succeed", "Hook recording.post of on_boot failed (ValueError: no ink)"),
            ("hang", "boot.hook_must_end_in_time", "Hook recording.post of on_boot did not end within 0.5 s"),
        ],
    )
    def test_is_one_line_and_undoes_what_was_done(
        self, tmp_path: Path, mode: str, code: str, sentence: str
    ) -> None:
        web = Started("web", *PROGRAMS["web"], directory=tmp_path, HOOKS_MODE=mode)
        assert web.process.wait(timeout=60) == 3
        _header, told = web.lines()
        event = json.loads(told)
        assert event["level"] == "critical"
        assert event["event"].startswith(f"{code}: {sentence}")
        assert web.of_pid(web.process.pid) == ["up books", "down books"]


@pytest.mark.slow
class TestCommand:
    def run(self, *words: str, directory: Path, **environment: str) -> Started:
        started = Started("command", "manage", *words, directory=directory, **environment)
        started.process.wait(timeout=60)
        return started

    def test_starts_and_ends_in_order_and_says_nothing(self, tmp_path: Path) -> None:
        command = self.run("record", "quiet", directory=tmp_path)
        assert command.process.returncode == 0
        whole = ["up books", *READY, "work command", *ENDED, "down books"]
        assert command.of_pid(command.process.pid) == whole
        assert command.lines() == []

    def test_writes_its_header_before_its_first_line(self, tmp_path: Path) -> None:
        command = self.run("record", "log", directory=tmp_path)
        header, first, second = map(json.loads, command.lines())
        assert (header["process"], first["event"], second["event"]) == ("command", "first", "second")
        assert logs(["verify", str(command.log), "--key", PUBLIC]) == 0

    def test_ends_in_order_on_sigterm_though_a_hook_hangs(self, tmp_path: Path) -> None:
        command = Started("command", "manage", "record", "wait", directory=tmp_path, HOOKS_MODE="hang_down")
        command.wait_for(lambda lines: any("work command" in line for line in lines))
        command.terminate()
        assert command.process.wait(timeout=30) == 143
        assert command.of_pid(command.process.pid)[-3:] == [*ENDED, "down books"]
        *_, told = command.lines()
        assert "Hook recording.alarm of on_shutdown did not end within 0.5 s" in json.loads(told)["event"]

    @pytest.mark.parametrize("words", [["help"], ["check"]])
    def test_needs_no_server_to_tell_something(self, tmp_path: Path, words: list[str]) -> None:
        command = self.run(*words, directory=tmp_path)
        assert command.process.returncode == 0, command.log.read_text()

    def test_tells_what_there_is_before_anything_is_configured(self, tmp_path: Path) -> None:
        nothing = {"DJANGO_SETTINGS_MODULE": "settings.prod", "SECRET_KEY": "", "DATABASE_URL": ""}
        command = self.run("help", directory=tmp_path, **nothing)
        assert command.process.returncode == 0, command.log.read_text()
        assert "    trial_balance" in command.lines()

    def test_is_refused_with_a_sentence_for_a_malformed_key(self, tmp_path: Path) -> None:
        command = self.run("record", "quiet", directory=tmp_path, LOG_SIGNING_KEY="short")
        assert command.process.returncode == 1
        (told,) = command.lines()
        assert "LOG_SIGNING_KEY: expected 32 bytes in URL-safe base64" in told
        assert os.fsdecode(b"short") not in told
