# SPDX-License-Identifier: Apache-2.0
import io
from zipfile import ZipFile

import pytest

from apps.audit.domain.archive import container
from apps.audit.domain.archive.container import (
    ArchiveFile,
    ArchiveFilesMustBeSorted,
    ArchiveMustFit,
    write_container,
)


class TestWriteContainer:
    def test_writes_a_zip_that_others_can_read(self) -> None:
        out = io.BytesIO()
        write_container(out=out, files=[ArchiveFile("a", [b"x", b"y"]), ArchiveFile("b/c", [])])
        with ZipFile(out) as opened:
            assert opened.testzip() is None
            assert opened.namelist() == ["a", "b/c", "MANIFEST.sha256"]
            assert opened.read("a") == b"xy"
            assert opened.read("MANIFEST.sha256").decode().splitlines() == [
                "769a4e6d0003189c7e96c5d9b7e810a0d11c3a12832527ec94b0f86d277f51ca  a",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/c",
            ]

    def test_refuses_files_in_another_order(self) -> None:
        with pytest.raises(ArchiveFilesMustBeSorted, match="expected a name after b, got a"):
            write_container(out=io.BytesIO(), files=[ArchiveFile("b", []), ArchiveFile("a", [])])

    def test_refuses_more_than_an_archive_holds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(container, "FILES_MAX", 1)
        with pytest.raises(ArchiveMustFit, match="at most 1 files"):
            write_container(out=io.BytesIO(), files=[ArchiveFile(name, []) for name in "abc"])
        monkeypatch.setattr(container, "BYTES_MAX", 16 * 1024 * 1024 + 100)
        with pytest.raises(ArchiveMustFit, match="at most 100 bytes"):
            write_container(out=io.BytesIO(), files=[ArchiveFile("a", [bytes(90)])])
