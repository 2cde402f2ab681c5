# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from tools.pipeline import workplace as module
from tools.pipeline.workplace import Engine, workplace


class TestWorkplace:
    @pytest.fixture(autouse=True)
    def memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Let this test's runs work below a directory of its own."""
        monkeypatch.setattr(module, "MEMORY", tmp_path)
        monkeypatch.setattr(module, "MEMORY_BYTES_MIN", 0)
        return tmp_path

    def test_is_gone_afterwards(self, memory: Path) -> None:
        with workplace() as place:
            (place.directory("wheels") / "a.whl").touch()
            assert place.scratch.parent == memory
            assert place.scratch.stat().st_mode & 0o077 == 0
        assert list(memory.iterdir()) == []

    def test_empties_a_directory_that_is_asked_for_again(self) -> None:
        with workplace() as place:
            (place.directory("wheels") / "a.whl").touch()
            assert list(place.directory("wheels").iterdir()) == []

    def test_removes_what_a_killed_run_left_and_nothing_of_a_live_one(self, memory: Path) -> None:
        killed, alive = memory / f"{module.PREFIX}4194304-x", memory / f"{module.PREFIX}1-x"
        killed.mkdir()
        alive.mkdir()
        with workplace():
            assert not killed.exists()
            assert alive.exists()


def test_an_engine_reads_nothing_of_the_machine(tmp_path: Path) -> None:
    engine = Engine(directory=tmp_path / "engine")
    engine.prepare()
    assert set(engine.environment) == {
        "CONTAINERS_CONF",
        "CONTAINERS_REGISTRIES_CONF",
        "CONTAINERS_STORAGE_CONF",
    }
    written = {name: Path(path).read_text() for name, path in engine.environment.items()}
    assert f'graphroot = "{tmp_path}/engine/graph"' in written["CONTAINERS_STORAGE_CONF"]
    assert 'cgroup_manager = "cgroupfs"' in written["CONTAINERS_CONF"]
    assert "unqualified-search-registries = []" in written["CONTAINERS_REGISTRIES_CONF"]
