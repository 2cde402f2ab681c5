# SPDX-License-Identifier: Apache-2.0
"""A Unix socket in a directory of its own account, that only its clients may use."""

import os
import shutil
import stat
from pathlib import Path

from cortex.errors import CortexError
from cortex.sockets.bounded_server import BoundedServer, Bounds, Doors


class SocketDirectoryMustBePrivate(CortexError):
    """Others could put a socket of their own in the place of this one."""

    code = "audit.socket_directory_must_be_private"


def listen_at(path: Path, *, doors: Doors, bounds: Bounds, group: str = "") -> BoundedServer:
    """Listen at the path with mode 0600, or 0660 for a group; raises SocketDirectoryMustBePrivate."""
    _require_private(path.parent, is_shared=bool(group))
    # One that a killed program left; that none lives, the lock of its memory says.
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        server = BoundedServer(str(path), doors=doors, bounds=bounds)
    finally:
        os.umask(before)
    if group:
        shutil.chown(path, group=group)
        path.chmod(0o660)
    return server


def _require_private(directory: Path, *, is_shared: bool) -> None:
    found = directory.stat()
    # A group may reach the socket through it, but nobody else may replace the socket.
    forbidden = 0o027 if is_shared else 0o077
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid != os.geteuid() or mode & forbidden:
        expected = f"a directory of this account with no rights of {forbidden:04o}"
        raise SocketDirectoryMustBePrivate(
            f"Directory {directory}: expected {expected}, got one of user {found.st_uid} with {mode:04o}. "
            "To help: chown it to the program's account and chmod 0700, or 0750 with --group.",
            evidence={"object": str(directory), "expected": expected, "got": f"{mode:04o}"},
        )
