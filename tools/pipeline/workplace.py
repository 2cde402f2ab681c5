# SPDX-License-Identifier: Apache-2.0
"""Where the pipeline works: scratch in memory, results under dist, and an engine of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline.programs import run

MEMORY = Path("/dev/shm")  # noqa: S108 - each run has a directory of its own there, with a drawn name
PREFIX = "cortex-pipeline-"
MEMORY_BYTES_MIN = 3 * 1024**3
# The container programs read these instead of the machine's: no image, setting or volume of it is touched.
STORAGE = """[storage]
driver = "overlay"
graphroot = "{directory}/graph"
runroot = "{directory}/run"
"""
CONTAINERS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "{directory}/tmp"
static_dir = "{directory}/static"
volume_path = "{directory}/volumes"
"""
REGISTRIES = "unqualified-search-registries = []\nshort-name-mode = 'enforcing'\n"
POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}\n'


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The directories of one run."""

    scratch: Path
    dist: Path = ROOT / "dist"

    @property
    def servers(self) -> Path:
        """Name the base of the servers, where `make down` finds them when a run was killed."""
        return ROOT / ".cortex" / "pipeline"

    @property
    def wheelhouse(self) -> Path:
        return self.scratch / "wheelhouse"

    @property
    def engine(self) -> "Engine":
        return Engine(directory=self.scratch / "engine")

    def directory(self, name: str) -> Path:
        """Return an empty directory of this name in the scratch space."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


@contextmanager
def workplace(*, dist: Path = ROOT / "dist") -> Iterator[Workplace]:
    """Give a run scratch space of its own, and remove it afterwards; what a killed run left goes first.

    In memory where there is room: layers are many small files, and no disk needs to keep them.
    """
    _remove_leftovers()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent()) as scratch:
        place = Workplace(scratch=Path(scratch), dist=dist)
        try:
            yield place
        finally:
            place.engine.remove()


def _parent() -> Path:
    """Return the directory in memory, or one of the checkout where memory is short."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN:
        return MEMORY
    (ROOT / ".cortex").mkdir(mode=0o700, exist_ok=True)
    return ROOT / ".cortex"


def _remove_leftovers() -> None:
    for parent in (MEMORY, ROOT / ".cortex"):
        for path in parent.glob(f"{PREFIX}*"):
            pid = path.name.removeprefix(PREFIX).partition("-")[0]
            if path.lstat().st_uid == os.getuid() and not Path("/proc", pid).exists():
                Engine(directory=path / "engine").remove()
                shutil.rmtree(path)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Storage and settings of buildah, skopeo and podman for this pipeline alone."""

    directory: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the variables that point the container programs here."""
        names = {"CONTAINERS_STORAGE_CONF": "storage.conf", "CONTAINERS_CONF": "containers.conf"}
        names |= {"CONTAINERS_REGISTRIES_CONF": "registries.conf"}
        return {name: str(self.directory / file) for name, file in names.items()}

    @property
    def policy(self) -> Path:
        return self.directory / "policy.json"

    def prepare(self) -> None:
        """Write the settings; an engine that a killed run left is removed first."""
        self.remove()
        self.directory.mkdir(parents=True, mode=0o700)
        for name in ("tmp", "static", "volumes"):
            (self.directory / name).mkdir()
        for name, text in (("storage.conf", STORAGE), ("containers.conf", CONTAINERS)):
            (self.directory / name).write_text(text.format(directory=self.directory))
        (self.directory / "registries.conf").write_text(REGISTRIES)
        self.policy.write_text(POLICY)

    def run(
        self, *words: str | Path, remedy: str, seconds_max: float = 300, with_errors: bool = False
    ) -> str:
        """Run a container program in this engine; raises StageFailed."""
        return run(
            words,
            remedy=remedy,
            environment=self.environment,
            seconds_max=seconds_max,
            with_errors=with_errors,
        )

    def remove(self) -> None:
        """Remove every container and image of this engine, and the engine; raises StageFailed."""
        if (self.directory / "storage.conf").exists():
            remedy = f"Remove {self.directory} by hand, and what is mounted below it."
            self.run("podman", "rm", "--all", "--force", "--time", "5", remedy=remedy)
            self.run("buildah", "rm", "--all", remedy=remedy)
        for mount in _mounts_below(self.directory):
            run(["umount", "--lazy", mount], remedy=f"Unmount {mount} by hand.")
        shutil.rmtree(self.directory, ignore_errors=True)


def _mounts_below(directory: Path) -> list[str]:
    """List what is mounted below a directory, the deepest first."""
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    points = [line.split()[1] for line in lines]
    return sorted((point for point in points if point.startswith(f"{directory}{os.sep}")), reverse=True)
