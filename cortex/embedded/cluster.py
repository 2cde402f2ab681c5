# SPDX-License-Identifier: Apache-2.0
"""The data directory of the embedded PostgreSQL: made whole or not at all, and checked before each start."""

import secrets
import shutil
import tempfile
from pathlib import Path

from cortex.embedded import binaries, processes
from cortex.embedded.errors import StateUnusable
from cortex.embedded.locations import Locations

SUPERUSER = "postgres"
# PostgreSQL 17 brought a C.UTF-8 of its own, whose order cannot change with the C library.
BUILTIN_LOCALE_MAJOR_MIN = 17
ORPHANS_SECONDS_MAX = 10.0


def prepare(*, locations: Locations, programs: Path, durable: bool) -> Path:
    """Return the data directory, made by `initdb` when there is none yet.

    Raises: StateUnusable, when `initdb` fails, or the directory belongs to another major version.
    """
    data = directory(locations=locations)
    if not data.exists():
        parent = locations.server_directory(data.parent.name)
        _initialise(locations=locations, programs=programs, parent=parent, durable=durable)
    _require_version(data=data, programs=programs)
    if not password_file(locations=locations).exists():
        raise StateUnusable(
            f"{password_file(locations=locations)} is missing, so nobody can administer {data};"
            f" restore the file, or move {data} away to start with an empty database."
        )
    return data


def directory(*, locations: Locations) -> Path:
    """Name the data directory; it exists only when it is whole."""
    return locations.home / "postgres" / "data"


def password_file(*, locations: Locations) -> Path:
    """Name the file with the superuser's password; it lies beside the data, readable by the caller only."""
    return locations.home / "postgres.password"


def postmaster(*, data: Path) -> int | None:
    """Return the pid of the live server of `data`, or None; a reused pid is no server."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if _serves(processes.command_line(pid=pid), data=data) else None


def clear_stale_files(*, data: Path, sockets: Path) -> None:
    """Remove the lock files of a server that was killed, once no process works on `data`.

    PostgreSQL clears a file with a dead pid itself, but trusts a pid that is live again under the same
    account. It guards against survivors of a killed server through these files, hence the look for them.
    Raises: StateUnusable, when survivors do not end.
    """
    if postmaster(data=data) is not None:
        return
    if not processes.wait_until(lambda: not _survivors(data=data), seconds=ORPHANS_SECONDS_MAX):
        pids = ", ".join(map(str, _survivors(data=data)))
        raise StateUnusable(f"Processes {pids} of a killed server still use {data}; end them and retry.")
    for file in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
        file.unlink(missing_ok=True)


def _serves(words: list[str], *, data: Path) -> bool:
    return bool(words) and Path(words[0]).name == "postgres" and str(data) in words


def _survivors(*, data: Path) -> list[int]:
    """List processes whose working directory is `data`, as that of every PostgreSQL process is."""
    return [int(entry.name) for entry in processes.PROC.glob("[0-9]*") if _works_in(entry, data=data)]


def _works_in(entry: Path, *, data: Path) -> bool:
    try:
        return (entry / "cwd").readlink() == data.resolve()
    except OSError:  # It ended while we looked, or belongs to somebody else.
        return False


def _initialise(*, locations: Locations, programs: Path, parent: Path, durable: bool) -> None:
    """Run `initdb` in a scratch directory and publish the result by rename: half a cluster is never seen."""
    for leftover in parent.glob(".initdb-*"):
        shutil.rmtree(leftover)
    scratch = Path(tempfile.mkdtemp(dir=parent, prefix=".initdb-"))
    locations.account.own(scratch)
    password = _store_password(locations=locations, scratch=scratch)
    options: list[str | Path] = [
        "--username",
        SUPERUSER,
        "--pwfile",
        password,
        "--encoding",
        "UTF8",
        "--locale",
        "C.UTF-8",
    ]
    options += ["--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256", "--data-checksums"]
    if binaries.postgres_major(directory=programs) >= BUILTIN_LOCALE_MAJOR_MIN:
        options += ["--locale-provider", "builtin"]
    if not durable:
        options += ["--no-sync"]
    result = locations.account.run([programs / "initdb", "--pgdata", scratch / "data", *options])
    password.unlink()
    if result.returncode != 0:
        shutil.rmtree(scratch)
        raise StateUnusable(_explain(result.stderr, parent=parent))
    (scratch / "data").rename(parent / "data")
    scratch.rmdir()


def _store_password(*, locations: Locations, scratch: Path) -> Path:
    """Write a new password for the caller, and a copy that `initdb` may read under its own account."""
    password = secrets.token_urlsafe(32)
    copy = scratch / "password"
    for path in (password_file(locations=locations), copy):
        path.touch(mode=0o600)
        path.write_text(password)
    locations.account.own(copy)
    return copy


def _explain(output: str, *, parent: Path) -> str:
    lines = [
        line for line in output.splitlines() if "error:" in line or "FATAL" in line or "No space" in line
    ]
    reason = (lines or output.strip().splitlines() or ["it said nothing"])[-1].strip()
    if "No space left" in output:
        return f"The disk of {parent} is full; free some space and start again."
    return f"initdb could not make a database under {parent} ({reason}); remove the cause and start again."


def _require_version(*, data: Path, programs: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    found = str(binaries.postgres_major(directory=programs))
    if made_by != found:
        raise StateUnusable(
            f"{data} was made by PostgreSQL {made_by} and {programs} is PostgreSQL {found};"
            f" use PostgreSQL {made_by}, or move {data} away to start with an empty database."
        )
