# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from tools.pipeline.confinement import MEMORY_BYTES, PIDS, findings, observe

STATUS = """Name:\tpython3.11
Uid:\t10001\t10001\t10001\t10001
Gid:\t10001\t10001\t10001\t10001
NoNewPrivs:\t1
Seccomp:\t2
CapInh:\t0000000000000000
CapPrm:\t0000000000000000
CapEff:\t0000000000000000
CapBnd:\t0000000000000000
"""
MOUNTS = "overlay / overlay ro,nosuid,relatime 0 0\ntmpfs /tmp tmpfs rw 0 0\n"


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """Return a directory with the files of one well confined process, in the first version of cgroups."""
    home = tmp_path / "proc" / "42"
    home.mkdir(parents=True)
    (home / "status").write_text(STATUS)
    (home / "mounts").write_text(MOUNTS)
    (home / "cgroup").write_text("9:memory:/libpod-a\n8:pids:/libpod-a\n1:name=systemd:/\n")
    for controller, file, limit in (
        ("memory", "memory.limit_in_bytes", MEMORY_BYTES),
        ("pids", "pids.max", PIDS),
    ):
        group = tmp_path / "cgroup" / controller / "libpod-a"
        group.mkdir(parents=True)
        (group / file).write_text(f"{limit}\n")
    return tmp_path


def wrong(kernel: Path) -> list[str]:
    return findings(observe(pid=42, proc=kernel / "proc", cgroups=kernel / "cgroup"))


def rewrite(kernel: Path, name: str, old: str, new: str) -> None:
    path = kernel / name
    path.write_text(path.read_text().replace(old, new))


class TestFindings:
    def test_are_none_for_a_confined_process(self, kernel: Path) -> None:
        assert wrong(kernel) == []

    def test_hold_in_the_second_version_of_cgroups(self, kernel: Path) -> None:
        (kernel / "proc/42/cgroup").write_text("0::/libpod-b\n")
        group = kernel / "cgroup" / "libpod-b"
        group.mkdir()
        (group / "memory.max").write_text(f"{MEMORY_BYTES}\n")
        (group / "pids.max").write_text(f"{PIDS}\n")
        assert wrong(kernel) == []

    @pytest.mark.parametrize(
        ("file", "old", "new", "sentence"),
        [
            (
                "proc/42/status",
                "CapEff:\t0000000000000000",
                "CapEff:\t00000000a80425fb",
                "CapEff: expected 0000000000000000, got 00000000a80425fb",
            ),
            ("proc/42/status", "NoNewPrivs:\t1", "NoNewPrivs:\t0", "NoNewPrivs: expected 1, got 0"),
            ("proc/42/status", "Seccomp:\t2\n", "", "Seccomp: expected 2, got nothing"),
            (
                "proc/42/status",
                "Uid:\t10001\t10001",
                "Uid:\t0\t0",
                "Uid: expected 10001 10001 10001 10001, got 0 0 10001 10001",
            ),
            ("proc/42/mounts", " ro,", " rw,", "root file system: expected read-only, got writable"),
            (
                "cgroup/memory/libpod-a/memory.limit_in_bytes",
                str(MEMORY_BYTES),
                "9223372036854771712",
                f"memory: expected {MEMORY_BYTES} bytes at most, got 9223372036854771712",
            ),
            (
                "cgroup/pids/libpod-a/pids.max",
                str(PIDS),
                "max",
                f"processes: expected {PIDS} at most, got 0",
            ),
        ],
        ids=["capabilities", "privileges", "seccomp", "root", "writable", "memory", "processes"],
    )
    def test_names_each_broken_promise(
        self, kernel: Path, file: str, old: str, new: str, sentence: str
    ) -> None:
        rewrite(kernel, file, old, new)
        assert wrong(kernel) == [sentence]
