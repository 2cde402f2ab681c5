# SPDX-License-Identifier: Apache-2.0
"""One machine from start to end, with every part real: what a person sees, and what they may break."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from cortex.embedded import cluster, console, environment, instance, locations, processes
from cortex.embedded.errors import PortInUse, StepFailed
from cortex.embedded.instance import AlreadyRunning
from cortex.embedded.launcher import ENDING, Launcher
from tests.frame.ports import free_port
from tools.checks.tracked import ROOT

SERVING = "Stop: Ctrl-C"
START_SECONDS_MAX = 240.0
# What the tests' own settings put into the environment would pass for an operator's configuration.
CONFIGURED = ("DATABASE", "REDIS", "DJANGO", "SECRET")


@pytest.fixture
def environ() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(CONFIGURED)}


@pytest.fixture
def checkout(base: Path) -> Path:
    """Return a copy of this checkout whose state is the one that `base` cleans up."""
    target = base.parent / "checkout"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    base.mkdir(mode=0o700)
    (target / ".cortex").symlink_to(base)
    return target


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Give the process its own signal handlers back; a launcher keeps them to its end."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def serve(
    launcher: Launcher, stream: StringIO, *, meanwhile: Callable[[], None], end: signal.Signals
) -> None:
    """Run the launcher here, and once it serves do something else beside it, then end it by a signal."""
    failures: list[BaseException] = []

    def visit() -> None:
        try:
            assert processes.wait_until(lambda: SERVING in stream.getvalue(), seconds=START_SECONDS_MAX)
            meanwhile()
        except BaseException as failure:  # noqa: BLE001 - it is raised again in the test's own thread
            failures.append(failure)
        os.kill(os.getpid(), end)

    visitor = threading.Thread(target=visit, daemon=True)
    visitor.start()
    launcher.run()
    visitor.join()
    for failure in failures:
        raise failure


@pytest.mark.slow
class TestRun:
    # One story, since each start from nothing costs half a minute.
    def test_serves_survives_a_killed_database_keeps_its_data_and_names_what_never_stays_up(
        self, checkout: Path, environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream, port = StringIO(), free_port()
        launcher = Launcher(checkout=checkout, port=port, stream=stream, environ=environ)

        def meanwhile() -> None:
            assert status_of(port, "/health/ready") == 200
            with pytest.raises(AlreadyRunning, match=f"runs already at http://127.0.0.1:{port} "):
                Launcher(checkout=checkout, port=port, stream=StringIO(), environ=environ).run()
            server = launcher.servers.postgres
            assert server is not None
            pid = cluster.postmaster(data=server.data)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert processes.wait_until(
                lambda: "postgres ended unexpectedly" in stream.getvalue(), seconds=60
            )
            assert processes.wait_until(server.answers, seconds=60)
            assert status_of(port, "/health/ready") == 200

        serve(launcher, stream, meanwhile=meanwhile, end=signal.SIGINT)
        lines = stream.getvalue().splitlines()
        assert [line.partition("]")[0] for line in lines[:10]] == [f"[{number}/10" for number in range(1, 11)]
        assert f"Cortex serves at http://127.0.0.1:{port}" in lines
        sign_in = next(line for line in lines if line.startswith("Sign in once as alice: "))
        assert f" http://127.0.0.1:{port}/accounts/one-time/" in sign_in
        assert lines[-1] == "Stopped; the data stays. Start again with: make run"
        assert [
            words for words in processes.command_lines().values() if str(launcher.locations.control) in words
        ] == []

        again = StringIO()
        launcher = Launcher(checkout=checkout, port=port, stream=again, environ=environ)

        def look_for_the_company() -> None:
            url = environment.read(path=checkout / ".cortex" / "env")["DATABASE_SERVICE_URL"]
            with psycopg.connect(url) as connection:
                rows = connection.execute("SELECT code FROM tenancy_company").fetchall()
            assert rows == [("DEMO",)]

        serve(launcher, again, meanwhile=look_for_the_company, end=signal.SIGTERM)
        assert "Migrating the database … 0 applied" in again.getvalue()

        (checkout / "settings" / "wsgi.py").write_text("raise RuntimeError('no application here')\n")
        monkeypatch.setattr("cortex.embedded.supervisor.START_ATTEMPTS", 0)
        launcher = Launcher(checkout=checkout, port=port, stream=StringIO(), environ=environ)
        with pytest.raises(StepFailed, match=r"web ends again and again; read .*web\.log"):
            launcher.run()


class TestRefusal:
    def test_of_a_port_in_use_leaves_nothing_running(
        self, checkout: Path, environ: Mapping[str, str]
    ) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            launcher = Launcher(checkout=checkout, port=port, stream=StringIO(), environ=environ)
            with pytest.raises(PortInUse, match=f"Port {port} .* make run PORT={port + 1}"):
                launcher.run()
        assert not launcher.supervisor.answers()
        assert instance.running(locations=launcher.locations) is None

    def test_of_a_failed_migration_names_the_last_words_and_the_log(
        self, checkout: Path, environ: Mapping[str, str]
    ) -> None:
        broken = {**environ, "DJANGO_SETTINGS_MODULE": "settings.absent"}
        launcher = Launcher(checkout=checkout, port=free_port(), stream=StringIO(), environ=broken)
        expected = r"Migrating the database failed \(.*settings.absent.*\); read .*prepare\.log"
        with pytest.raises(StepFailed, match=expected):
            launcher.run()
        assert launcher.servers.postgres is not None
        assert not launcher.servers.postgres.answers()


class TestBackground:
    def test_servers_come_up_are_told_and_go_down(
        self,
        checkout: Path,
        environ: Mapping[str, str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(os, "environ", dict(environ))
        console.up(checkout=checkout)
        console.status(checkout=checkout)
        console.down(checkout=checkout)
        console.status(checkout=checkout)
        assert capsys.readouterr().out.splitlines() == [
            "PostgreSQL and Valkey run in the background; stop them with: make down",
            "Launcher: not running",
            "Embedded PostgreSQL: answers",
            "Embedded Valkey: answers",
            "Signer: not running",
            "Witness: not running",
            "Nothing runs for this checkout any more; its data stays.",
            "Launcher: not running",
            "Embedded PostgreSQL: not running",
            "Embedded Valkey: not running",
            "Signer: not running",
            "Witness: not running",
        ]

    def test_servers_are_removed_with_all_their_data_when_asked(
        self, checkout: Path, environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "environ", dict(environ))
        console.up(checkout=checkout)
        home = locations.prepare(base=checkout / ".cortex").home
        console.erase(checkout=checkout)
        assert not home.exists() or home == checkout / ".cortex"
        assert list((checkout / ".cortex").iterdir()) == []
