# SPDX-License-Identifier: Apache-2.0
"""Where things lie: for root under the system's state, for others under the checkout."""

import os
import shutil
from pathlib import Path

import pytest

from cortex.embedded import locations
from cortex.embedded.account import Account, caller
from cortex.embedded.errors import StateUnusable

# Root's servers change to another account; giving files to oneself works for everybody.
DROPPING = Account(name="servers", uid=os.geteuid(), gid=os.getegid(), drops=True)


@pytest.fixture
def system_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(locations, "SYSTEM_STATE", tmp_path / "system")
    monkeypatch.setattr(locations, "server_account", lambda: DROPPING)
    return tmp_path / "system"


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "server_account", caller)


@pytest.mark.usefixtures("ordinary")
class TestOrdinaryUser:
    def test_keeps_everything_under_the_base(self, tmp_path: Path) -> None:
        places = locations.prepare(base=tmp_path / "s")
        assert places.home == tmp_path / "s"
        assert {places.sockets, places.control} == {tmp_path / "s" / "sockets", tmp_path / "s" / "control"}

    def test_makes_private_directories_whatever_the_umask_says(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            places = locations.prepare(base=tmp_path / "s")
        finally:
            os.umask(before)
        made = (places.base, places.log, places.run, places.sockets, places.control)
        assert {path.stat().st_mode & 0o777 for path in made} == {0o700}

    def test_chooses_a_short_private_path_for_sockets_below_a_deep_checkout(self, tmp_path: Path) -> None:
        base = tmp_path / ("deep" * 12) / ("deeper" * 10)
        places = locations.prepare(base=base)
        again = locations.prepare(base=base)
        longest = os.fsencode(places.sockets / locations.LONGEST_SOCKET_NAME)
        assert len(longest) <= locations.SOCKET_PATH_BYTES_MAX
        assert places.sockets != places.control
        assert (again.sockets, again.control) == (places.sockets, places.control)
        for path in (places.sockets, places.control):
            assert path.stat().st_mode & 0o777 == 0o700
            path.rmdir()

    def test_refuses_sockets_in_a_directory_that_others_can_enter(self, tmp_path: Path) -> None:
        places = locations.prepare(base=tmp_path / "s")
        places.sockets.chmod(0o755)
        with pytest.raises(StateUnusable, match=r"sockets is no private directory of .*; remove it"):
            locations.prepare(base=tmp_path / "s")

    def test_names_what_stands_in_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "s").write_text("a file")
        with pytest.raises(StateUnusable, match=r"/s cannot be used \(File exists\)"):
            locations.prepare(base=tmp_path / "s")

    def test_refuses_a_disk_that_is_nearly_full(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = shutil.disk_usage(tmp_path)._replace(free=1024**2)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
        with pytest.raises(StateUnusable, match="has 1 MB left of 256 MB needed; free some"):
            locations.prepare(base=tmp_path / "s")


class TestRoot:
    def test_gets_a_home_of_its_own_and_finds_it_again(self, tmp_path: Path, system_state: Path) -> None:
        home = locations.prepare(base=tmp_path / "s").home
        assert home.parent == system_state
        assert home.stat().st_mode & 0o777 == 0o711
        assert (tmp_path / "s" / "home").read_text() == f"{home}\n"
        assert locations.prepare(base=tmp_path / "s").home == home

    def test_has_a_home_for_each_base(self, tmp_path: Path, system_state: Path) -> None:
        homes = {locations.prepare(base=tmp_path / name).home for name in ("one", "two")}
        assert len(homes) == 2
        assert set(system_state.iterdir()) == homes

    @pytest.mark.usefixtures("system_state")
    def test_is_refused_with_a_copy_that_points_at_the_data_of_another(self, tmp_path: Path) -> None:
        locations.prepare(base=tmp_path / "original")
        shutil.copytree(tmp_path / "original", tmp_path / "copy")
        with pytest.raises(StateUnusable, match=r"copy is a copy that points at the database of .*original"):
            locations.prepare(base=tmp_path / "copy")

    @pytest.mark.usefixtures("system_state")
    def test_keeps_the_data_of_a_base_that_moved(self, tmp_path: Path) -> None:
        home = locations.prepare(base=tmp_path / "before").home
        (tmp_path / "before").rename(tmp_path / "after")
        assert locations.prepare(base=tmp_path / "after").home == home

    @pytest.mark.usefixtures("system_state")
    def test_refuses_a_pointer_that_leads_elsewhere(self, tmp_path: Path) -> None:
        locations.prepare(base=tmp_path / "s")
        (tmp_path / "s" / "home").write_text("/etc\n")
        with pytest.raises(StateUnusable, match="names /etc, outside"):
            locations.prepare(base=tmp_path / "s")
