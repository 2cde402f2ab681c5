# SPDX-License-Identifier: Apache-2.0
"""What may be lost lies in memory, where this machine has enough of it."""

import os
import shutil
from pathlib import Path

import pytest

from cortex.embedded import locations, memory
from cortex.embedded.errors import StateUnusable


@pytest.fixture
def in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a directory be the memory of a machine that has enough."""
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr(memory, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(memory, "FREE_BYTES_MIN", 0)
    monkeypatch.setattr(locations, "SYSTEM_STATE", tmp_path / "system")
    return tmp_path / "memory"


class TestHome:
    def test_of_what_may_be_lost_is_found_again_whoever_asks(self, tmp_path: Path, in_memory: Path) -> None:
        home = locations.prepare(base=tmp_path / "s", durable=False).home
        assert home.parent == in_memory
        assert home.stat().st_mode & 0o777 == 0o711
        assert locations.prepare(base=tmp_path / "s").home == home

    def test_of_what_must_stay_is_never_there(self, tmp_path: Path, in_memory: Path) -> None:
        locations.prepare(base=tmp_path / "s")
        assert list(in_memory.iterdir()) == []

    def test_is_made_again_after_a_restart_of_the_machine(self, tmp_path: Path, in_memory: Path) -> None:
        home = locations.prepare(base=tmp_path / "s", durable=False).home
        shutil.rmtree(home)
        assert locations.prepare(base=tmp_path / "s", durable=False).home == home
        assert home.is_dir()

    @pytest.mark.parametrize("how", ["open to others", "a link"])
    def test_is_refused_when_somebody_else_may_have_made_it(
        self, tmp_path: Path, in_memory: Path, how: str
    ) -> None:
        home = locations.prepare(base=tmp_path / "s", durable=False).home
        if how == "a link":
            home.rename(tmp_path / "elsewhere")
            home.symlink_to(tmp_path / "elsewhere")
        else:
            home.chmod(0o777)
        with pytest.raises(StateUnusable, match=r"is no directory that only this account writes to"):
            locations.prepare(base=tmp_path / "s", durable=False)

    def test_lies_on_the_disk_where_memory_is_short(
        self, tmp_path: Path, in_memory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = shutil.disk_usage(in_memory)
        monkeypatch.setattr(memory, "FREE_BYTES_MIN", usage.total + 1)
        locations.prepare(base=tmp_path / "s", durable=False)
        assert list(in_memory.iterdir()) == []

    def test_lies_on_the_disk_where_memory_runs_no_programs(
        self, tmp_path: Path, in_memory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = list(os.statvfs(in_memory))
        found[8] |= os.ST_NOEXEC
        monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(found))
        locations.prepare(base=tmp_path / "s", durable=False)
        assert list(in_memory.iterdir()) == []

    def test_lies_on_the_disk_where_there_is_no_such_place(
        self, tmp_path: Path, in_memory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "MEMORY", in_memory / "none")
        assert not locations.prepare(base=tmp_path / "s", durable=False).home.is_relative_to(in_memory)
