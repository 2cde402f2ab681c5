# SPDX-License-Identifier: Apache-2.0
import hashlib
import stat
import subprocess
from pathlib import Path

import pytest

from tools.pipeline import rootfs

CONTROL = (
    "Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <n@example.org>\nDescription: x\n"
)


def deb(directory: Path, name: str, files: dict[str, str]) -> Path:
    """Build a Debian package of these files."""
    tree = directory / name
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(CONTROL.format(name=name))
    for path, content in files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (tree / "usr" / "bin" / "passwd").chmod(0o4755) if (tree / "usr/bin/passwd").exists() else None
    target = directory / f"{name}_1_all.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", tree, target], check=True, capture_output=True
    )
    return target


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a root laid out of three small packages."""
    if not Path("/usr/bin/dpkg-deb").exists():
        pytest.skip("this machine is no Debian: nothing unpacks packages here")
    debs = [
        deb(tmp_path, "libc", {"lib/libc.so": "libc", "usr/bin/passwd": "x", "usr/share/man/man1/a.1": "x"}),
        deb(tmp_path, "ca-certificates", {f"usr/share/ca-certificates/mozilla/{n}.crt": n for n in "BA"}),
        deb(tmp_path, "tzdata", {"usr/share/doc/tzdata/copyright": "c", "usr/share/doc/tzdata/NEWS": "n"}),
    ]
    target = tmp_path / "root"
    target.mkdir()
    rootfs.lay_out(debs=debs, root=target)
    return target


class TestLayOut:
    def test_keeps_the_merged_directories_links(self, root: Path) -> None:
        assert (root / "lib").readlink() == Path("usr/lib")
        assert (root / "usr/lib/libc.so").read_text() == "libc"

    def test_records_each_package_where_scanners_look(self, root: Path) -> None:
        records = sorted(path.name for path in (root / "var/lib/dpkg/status.d").iterdir())
        assert records == ["ca-certificates", "libc", "tzdata"]
        assert "Package: tzdata\n" in (root / "var/lib/dpkg/status.d/tzdata").read_text()

    def test_does_what_the_packages_scripts_would_have_done(self, root: Path) -> None:
        assert (root / "etc/ssl/certs/ca-certificates.crt").read_text() == "AB"
        assert "cortex:x:10001:10001:" in (root / "etc/passwd").read_text()
        assert "cortex:x:10001:" in (root / "etc/group").read_text()

    def test_keeps_licences_and_leaves_out_what_people_read(self, root: Path) -> None:
        assert [path.name for path in (root / "usr/share/doc/tzdata").iterdir()] == ["copyright"]
        assert not (root / "usr/share/man").exists()

    def test_lets_no_program_raise_its_rights(self, root: Path) -> None:
        mode = (root / "usr/bin/passwd").stat().st_mode
        assert not mode & (stat.S_ISUID | stat.S_ISGID)
        assert not (root / "usr/bin/sh").exists()


def test_a_list_of_packages_may_have_comments(tmp_path: Path) -> None:
    path = tmp_path / "packages.txt"
    path.write_text("# why\nlibc6\n\ntzdata  # time zones\n")
    assert rootfs.packages_of(path) == ["libc6", "tzdata"]


def test_the_inventory_names_each_file_with_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "tzdata_2026f_all.deb"
    path.write_bytes(b"zones")
    assert rootfs.inventory([path]) == f"{path.name} {hashlib.sha256(b'zones').hexdigest()}\n"
