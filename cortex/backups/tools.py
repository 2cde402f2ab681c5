# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's own `pg_dump` and `pg_restore`: what they write, they read, and nothing else does it as well."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg

from cortex.backups.administrator import variables
from cortex.backups.errors import DatabaseToolMustBeFound, DatabaseToolMustSucceed
from cortex.embedded.binaries import client_directories, postgres_major

_SHOWN_CHARS = 2_000


def tool(name: str, *, connection: psycopg.Connection) -> Path:
    """Return the tool in a version that knows this server; raises DatabaseToolMustBeFound."""
    major = connection.info.server_version // 10_000
    for directory in client_directories():
        if (directory / name).exists() and postgres_major(directory=directory, program=name) >= major:
            return directory / name
    raise DatabaseToolMustBeFound(
        f"{name}: expected version {major} or later, got none. Install `postgresql-client-{major}`.",
        evidence={"object": name, "expected": major, "remedy": f"install postgresql-client-{major}"},
    )


@contextmanager
def running(
    program: Path, words: Sequence[str], *, dsn: str, reads: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a tool on a database and yield it, with its input or its output open; the block's error kills it.

    Raises: DatabaseToolMustSucceed, at the end of the block.
    """
    with TemporaryFile() as complaints:
        process = subprocess.Popen(
            [program, "--no-password", *words],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **variables(dsn)},
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if reads else subprocess.PIPE,
            stderr=complaints,
        )
        with process:
            try:
                yield process
            except BrokenPipeError:
                # It ended before it had everything: what it complains of is the cause.
                process.kill()
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            raise _failed(program, complaints)


def _failed(program: Path, complaints: IO[bytes]) -> DatabaseToolMustSucceed:
    complaints.seek(0)
    said = " ".join(complaints.read(_SHOWN_CHARS).decode(errors="replace").split()) or "nothing"
    return DatabaseToolMustSucceed(
        f"{program.name}: expected it to end well, it said: {said}. Mend the cause and start again.",
        evidence={"object": program.name, "got": said, "remedy": "mend the cause and start again"},
    )
