# SPDX-License-Identifier: Apache-2.0
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex import serve


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "begins"),
        [
            ("web", ["gunicorn", "settings.wsgi", "--config=python:settings.gunicorn"]),
            ("worker", ["celery", "-A", "settings.celery", "worker"]),
            ("log-worker", ["celery", "-A", "settings.celery", "worker", "--queues=log", "--pool=solo"]),
            ("beat", ["celery", "-A", "settings.celery", "beat"]),
            ("provision", ["cortex.embedded", "provision"]),
        ],
    )
    def test_become_a_program_of_this_interpreter(self, role: str, begins: list[str]) -> None:
        words = serve.command(role=role, rest=["--queues=ledger"])
        assert words[:2] == [sys.executable, "-m"]
        assert words[2 : 2 + len(begins)] == begins
        assert words[-1] == "--queues=ledger"

    def test_replace_the_process_that_was_asked(self, tmp_path: Path) -> None:
        """An orchestrator signals the process that it started, so that one has to be the role itself."""
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
        asked = subprocess.Popen(
            [sys.executable, "-m", "cortex.serve", "web", "--version"],
            env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        output, _ = asked.communicate(timeout=60)
        assert (asked.returncode, output.split()[0]) == (0, "gunicorn")
        assert (tmp_path / "metrics").is_dir()

    def test_any_other_word_is_a_command(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "cortex.serve", "no_such_command"],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "no_such_command" in done.stderr

    def test_metrics_of_an_earlier_start_are_forgotten(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
        (tmp_path / "counter_1.db").touch()
        serve._make_room_for_metrics()
        assert list(tmp_path.iterdir()) == []

    def test_each_start_has_a_directory_of_its_own_for_metrics(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        made = []
        for _ in range(2):
            monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
            serve._make_room_for_metrics()
            made.append(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
        assert made[0] != made[1]
        assert {directory.parent for directory in made} == {tmp_path}
        assert {directory.stat().st_mode & 0o077 for directory in made} == {0}


class TestHealth:
    @pytest.fixture
    def port(self) -> Iterator[int]:
        """Serve one word on /health/ready; everything else is unavailable."""

        class Probe(http.server.BaseHTTPRequestHandler):
            status = 200

            def do_GET(self) -> None:
                self.send_response(self.status if self.path == "/health/ready" else 503)
                self.end_headers()
                self.wfile.write(b'{"status": "ok"}')

            def log_message(self, *words: object) -> None:
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Probe) as server:
            self.probe = Probe
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield server.server_port
            server.shutdown()
            thread.join()

    def test_is_what_the_web_process_says(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert serve.health(port=port) == 0
        self.probe.status = 503
        assert serve.health(port=port) == 1
        assert capsys.readouterr().out == '{"status": "ok"}\n' * 2

    def test_is_bad_when_nobody_answers(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert serve.health(port=9) == 1
        assert "No web process answers on port 9" in capsys.readouterr().err
