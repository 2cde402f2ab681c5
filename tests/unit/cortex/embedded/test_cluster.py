# SPDX-License-Identifier: Apache-2.0
"""The data directory: whole or absent, and never taken from under a process that uses it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.embedded import cluster
from cortex.embedded.account import caller
from cortex.embedded.errors import StateUnusable
from cortex.embedded.locations import Locations

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def places(tmp_path: Path) -> Locations:
    return Locations(
        base=tmp_path, home=tmp_path, sockets=tmp_path / "s", control=tmp_path / "c", account=caller()
    )


def programs(tmp_path: Path, *, initdb: str) -> Path:
    """Write a PostgreSQL 18 whose `initdb` does this."""
    directory = tmp_path / "bin"
    directory.mkdir()
    for name, code in (("postgres", "echo 'postgres (PostgreSQL) 18.6'"), ("initdb", initdb)):
        (directory / name).write_text(f"#!/bin/sh\n{code}\n")
        (directory / name).chmod(0o755)
    return directory


class TestPrepare:
    @pytest.mark.parametrize(
        ("output", "sentence"),
        [
            ("initdb: error: could not write: No space left on device", r"The disk of .* is full; free some"),
            (
                "initdb: error: invalid locale name",
                r"could not make a database under .* \(initdb: error: inv",
            ),
            ("", r"\(it said nothing\); remove the cause"),
        ],
    )
    def test_leaves_nothing_when_initdb_fails(
        self, places: Locations, tmp_path: Path, output: str, sentence: str
    ) -> None:
        failing = programs(tmp_path, initdb=f"echo '{output}' >&2; exit 1")
        with pytest.raises(StateUnusable, match=sentence):
            cluster.prepare(locations=places, programs=failing, durable=True)
        assert list((tmp_path / "postgres").iterdir()) == []


class TestClearStaleFiles:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        for name in ("data", "sockets"):
            (tmp_path / name).mkdir()
        (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
        (tmp_path / "sockets" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
        return tmp_path / "data"

    @pytest.fixture
    def survivor(self, data: Path) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen(SLEEP, cwd=data) as process:
            yield process
            process.kill()

    def test_removes_both_when_another_program_has_the_pid(self, data: Path) -> None:
        sockets = data.parent / "sockets"
        cluster.clear_stale_files(data=data, sockets=sockets)
        assert [*data.iterdir(), *sockets.iterdir()] == []

    def test_refuses_while_a_process_of_the_killed_server_lives(
        self, data: Path, survivor: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster, "ORPHANS_SECONDS_MAX", 0.1)
        with pytest.raises(StateUnusable, match=f"Processes {survivor.pid} of a killed server still use"):
            cluster.clear_stale_files(data=data, sockets=data.parent / "sockets")
        assert (data / "postmaster.pid").exists()


class TestPostmaster:
    @pytest.mark.parametrize("content", ["", "none\n", "999999999\n"])
    def test_is_nobody_when_the_file_names_no_live_server(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "postmaster.pid").write_text(content)
        assert cluster.postmaster(data=tmp_path) is None
