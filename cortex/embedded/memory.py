# SPDX-License-Identifier: Apache-2.0
"""A home in memory, for servers whose data may be lost with the next restart of the machine.

The databases of tests come and go by the thousand files. A file system on a disk keeps the inodes of deleted
files from being used again for minutes, and looks through all of them for each new file: a copy of a database
takes half a second there, and thirty milliseconds here.
"""

import os
import secrets
import shutil
import stat
from pathlib import Path

from cortex.embedded.errors import StateUnusable

MEMORY = Path("/dev/shm")  # noqa: S108 - a home there is made under a name nobody guesses, and checked to be ours
PREFIX = "cortex-"
# Templates, clones and the log of a whole run of the tests, several times over.
FREE_BYTES_MIN = 3 * 1024**3


def serves() -> bool:
    """Tell whether this machine has memory to spare in which programs may lie and run."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    runs_programs = not os.statvfs(MEMORY).f_flag & getattr(os, "ST_NOEXEC", 0)
    return runs_programs and shutil.disk_usage(MEMORY).free >= FREE_BYTES_MIN


def new_home() -> Path:
    """Name a home that is not there yet."""
    return MEMORY / f"{PREFIX}{secrets.token_hex(6)}"


def holds(home: Path) -> bool:
    """Tell whether a directory is named as homes in memory are."""
    return home.parent == MEMORY and home.name.startswith(PREFIX)


def require_ours(home: Path) -> None:
    """Refuse a directory that somebody else made: everybody may make one in memory.

    Raises: StateUnusable.
    """
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise StateUnusable(f"{home} is no directory that only this account writes to; remove it.")
