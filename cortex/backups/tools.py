# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's own `pg_dump` and `pg_restore`: what the one writes, the other reads."""

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
def running(program: Path, words: Sequence[str], *, dsn: str, reads: bool = False) -> Iterator[IO[bytes]]:
    """Run a tool on a database and yield its input, if it reads, or its output; the block's error kills it.

    Raises: DatabaseToolMustSucceed, at the end of the block.
    """
    with TemporaryFile() as complaints:
        # The program is one that we looked for, its words are ours, and no shell reads them.
        process = subprocess.Popen(  # noqa: S603
            [program, "--no-password", *words],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **variables(dsn)},
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if reads else subprocess.PIPE,
            stderr=complaints,
        )
        with process:
            try:
                yield _open_end(process)
            except BrokenPipeError:
                # It ended before it had everything: what it complains of is the cause.
                process.kill()
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            raise _failed(program, complaints)


def _open_end(process: subprocess.Popen[bytes]) -> IO[bytes]:
    end = process.stdin or process.stdout
    if end is None:
        raise ValueError("a tool without a pipe")
    return end


def _failed(program: Path, complaints: IO[bytes]) -> DatabaseToolMustSucceed:
    complaints.seek(0)
    said = " ".join(complaints.read(_SHOWN_CHARS).decode(errors="replace").split()) or "nothing"
    return DatabaseToolMustSucceed(
        f"{program.name}: expected it to end well, it said: {said}. Mend the cause and start again.",
        evidence={"object": program.name, "got": said, "remedy": "mend the cause and start again"},
    )
