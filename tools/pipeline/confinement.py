# SPDX-License-Identifier: Apache-2.0
"""Whether a container is as confined as it was asked to be: the kernel's word, not the engine's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.pipeline.rootfs import UID

MEMORY_BYTES = 768 * 1024 * 1024
PIDS = 128
# What `podman run` is told; `findings` below asks /proc whether it holds.
OPTIONS = (
    "--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges",
    "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m,mode=1777",
    f"--memory={MEMORY_BYTES}", f"--pids-limit={PIDS}",
)  # fmt: skip
FILTERED = "2"  # A seccomp filter is in force, as proc(5) numbers it.
NO_CAPABILITIES = "0" * 16


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What the kernel says about one process."""

    status: Mapping[str, str]
    root_options: frozenset[str]
    memory_bytes_max: int
    pids_max: int


def findings(observed: Observed) -> list[str]:
    """Return a sentence for each promise that the kernel does not confirm; none means confined."""
    status = observed.status
    expected = {
        "Uid": " ".join([str(UID)] * 4),
        "Gid": " ".join([str(UID)] * 4),
        "CapInh": NO_CAPABILITIES,
        "CapPrm": NO_CAPABILITIES,
        "CapEff": NO_CAPABILITIES,
        "CapBnd": NO_CAPABILITIES,
        "NoNewPrivs": "1",
        "Seccomp": FILTERED,
    }
    wrong = [
        f"{name}: expected {value}, got {status.get(name, 'nothing')}"
        for name, value in expected.items()
        if status.get(name) != value
    ]
    if "ro" not in observed.root_options:
        wrong.append("root file system: expected read-only, got writable")
    if observed.memory_bytes_max != MEMORY_BYTES:
        wrong.append(f"memory: expected {MEMORY_BYTES} bytes at most, got {observed.memory_bytes_max}")
    if observed.pids_max != PIDS:
        wrong.append(f"processes: expected {PIDS} at most, got {observed.pids_max}")
    return wrong


def observe(*, pid: int, proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> Observed:
    """Ask the kernel about a process of this machine, which is the first one of a container."""
    home = proc / str(pid)
    pairs = (line.partition(":") for line in (home / "status").read_text().splitlines())
    status = {name: " ".join(value.split()) for name, _, value in pairs}
    mounts = (line.split() for line in (home / "mounts").read_text().splitlines())
    options = next((fields[3] for fields in mounts if fields[1] == "/"), "")
    groups = [line.split(":", 2)[1:] for line in (home / "cgroup").read_text().splitlines()]
    return Observed(
        status=status,
        root_options=frozenset(options.split(",")),
        memory_bytes_max=_limit(groups, "memory", ("memory.limit_in_bytes", "memory.max"), cgroups),
        pids_max=_limit(groups, "pids", ("pids.max",), cgroups),
    )


def _limit(groups: list[list[str]], controller: str, files: tuple[str, ...], cgroups: Path) -> int:
    """Read a limit in the first or the second version of control groups; 0 when there is none."""
    for controllers, path in groups:
        if controller in controllers.split(",") or not controllers:
            for directory in (cgroups / controller, cgroups):
                for file in files:
                    limit = directory / path.lstrip("/") / file
                    if limit.exists() and limit.read_text().strip().isdigit():
                        return int(limit.read_text())
    return 0
