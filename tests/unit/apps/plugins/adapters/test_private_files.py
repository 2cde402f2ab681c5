# SPDX-License-Identifier: Apache-2.0
"""What is trusted is this user's own, and whole."""

import os
from pathlib import Path

import pytest

from apps.plugins.adapters.private_files import (
    PlaceMustBePrivate,
    read_private,
    require_private_directory,
    write_once,
    write_private,
)


class TestDirectories:
    def test_are_made_for_their_owner_alone(self, tmp_path: Path) -> None:
        require_private_directory(path=tmp_path / "a" / "b")
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
    def test_of_others_too_are_refused_with_a_remedy(self, tmp_path: Path, mode: int) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a").chmod(mode)
        with pytest.raises(PlaceMustBePrivate) as refused:
            require_private_directory(path=tmp_path / "a")
        assert refused.value.evidence["remedy"] == f"chmod 700 {tmp_path / 'a'}"

    def test_are_no_links(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir(mode=0o700)
        (tmp_path / "link").symlink_to("a")
        with pytest.raises(PlaceMustBePrivate):
            require_private_directory(path=tmp_path / "link")

    def test_and_files_are_nobody_elses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        require_private_directory(path=tmp_path / "a")
        write_private(path=tmp_path / "a" / "file", content=b"1")
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(PlaceMustBePrivate):
            require_private_directory(path=tmp_path / "a")
        with pytest.raises(PlaceMustBePrivate):
            read_private(path=tmp_path / "a" / "file")


class TestFiles:
    def test_are_written_whole_and_leave_nothing_beside_them(self, tmp_path: Path) -> None:
        write_private(path=tmp_path / "a", content=b"1")
        write_private(path=tmp_path / "a", content=b"2")
        assert read_private(path=tmp_path / "a") == b"2"
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    def test_that_are_written_once_stay(self, tmp_path: Path) -> None:
        write_once(path=tmp_path / "a", content=b"1")
        write_once(path=tmp_path / "a", content=b"2")
        assert (read_private(path=tmp_path / "a"), len(list(tmp_path.iterdir()))) == (b"1", 1)

    def test_are_no_links_no_pipes_and_no_directories(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"1")
        (tmp_path / "link").symlink_to("file")
        (tmp_path / "directory").mkdir()
        os.mkfifo(tmp_path / "pipe")
        for name in ("link", "directory", "pipe"):
            with pytest.raises(PlaceMustBePrivate):
                read_private(path=tmp_path / name)

    @pytest.mark.parametrize("mode", [0o620, 0o602])
    def test_that_others_may_write_are_refused(self, tmp_path: Path, mode: int) -> None:
        (tmp_path / "a").touch()
        (tmp_path / "a").chmod(mode)
        with pytest.raises(PlaceMustBePrivate):
            read_private(path=tmp_path / "a")
