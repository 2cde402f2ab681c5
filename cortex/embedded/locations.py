# SPDX-License-Identifier: Apache-2.0
"""Where the embedded servers keep binaries, data, sockets and logs."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cortex.embedded import memory
from cortex.embedded.account import Account, caller, server_account
from cortex.embedded.errors import StateUnusable

SYSTEM_STATE = Path("/var/lib/cortex")
POINTER = "home"
# A Unix socket path holds 103 bytes on macOS and 107 on Linux; the smaller one is safe on both.
SOCKET_PATH_BYTES_MAX = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
FREE_BYTES_MIN = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Locations:
    """The directories of one base; `home` differs from `base` when root hands servers to `nobody`, or when
    what they keep may be lost and so lies in memory.

    `sockets` belongs to the servers' account, `control` to the caller: no server commands its supervisor.
    """

    base: Path
    home: Path
    sockets: Path
    control: Path
    account: Account

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def run(self) -> Path:
        return self.base / "run"

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the named lock, so that callers in several processes prepare and start things once."""
        return _lock(self.base / f"{name}.lock")

    def server_directory(self, name: str) -> Path:
        """Make a 0700 directory under `home` for the server's account and return it."""
        path = self.home / name
        _make(path, mode=0o700)
        self.account.own(path)
        return path


def prepare(*, base: Path, durable: bool = True) -> Locations:
    """Make the directories of `base` and return them; what exists already is kept, where it was made.

    durable=False lets a new home lie in memory, which a restart of the machine empties: for tests only.
    Raises: StateUnusable, when a directory cannot be made or belongs to somebody else, or the disk is full.
    """
    account = server_account()
    base = base.absolute()
    try:
        _make(base, mode=0o700)
        for part in (base / "log", base / "run"):
            _make(part, mode=0o700)
        with _lock(base / "home.lock"):
            home = _home(base=base, account=account, durable=durable)
            # Still under the lock: between its making and its mode a directory looks open to others.
            sockets = _socket_directory(home / "sockets", account=account)
            control = _socket_directory(home / "control", account=caller())
    except OSError as error:
        raise _refusal(error=error, path=base) from error
    _require_space(path=home)
    return Locations(base=base, home=home, sockets=sockets, control=control, account=account)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(path: Path, *, mode: int) -> None:
    """Make a directory with exactly this mode; one that exists keeps its own, tighter or not."""
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        path.chmod(mode)  # mkdir() asks the umask, and a mode of ours must not depend on it.


def _home(*, base: Path, account: Account, durable: bool) -> Path:
    """Find the directory that the pointer in `base` names, or choose one: in memory, the system's, or `base`.

    `nobody` cannot enter a checkout below a 0700 home, and that home is not ours to loosen.
    """
    pointer = base / POINTER
    if pointer.exists():
        home = Path(pointer.read_text().strip())
    elif not durable and memory.serves():
        home = memory.new_home()
    elif account.drops:
        home = SYSTEM_STATE / secrets.token_hex(6)
    else:
        return base
    if not memory.holds(home):
        _require_in_system_state(home, pointer=pointer)
        _make(SYSTEM_STATE, mode=0o755)
    _make(home, mode=0o711)
    memory.require_ours(home)
    _require_single_owner(home=home, base=base)
    pointer.write_text(f"{home}\n")
    return home


def _require_in_system_state(home: Path, *, pointer: Path) -> None:
    if not home.is_relative_to(SYSTEM_STATE):
        raise StateUnusable(
            f"{pointer} names {home}, outside {SYSTEM_STATE}; remove {pointer.parent} and start again."
        )


def _require_single_owner(*, home: Path, base: Path) -> None:
    """Refuse a copied checkout: two bases over one data directory would destroy it."""
    record = home / "base"
    owner = Path(record.read_text().strip()) if record.exists() else base
    if owner != base and (owner / POINTER).exists() and not _same_directory(owner, base):
        raise StateUnusable(
            f"{base} is a copy that points at the database of {owner}; remove {base} to start empty."
        )
    record.write_text(f"{base}\n")


def _same_directory(first: Path, second: Path) -> bool:
    return first.exists() and second.exists() and first.samefile(second)


def _socket_directory(sockets: Path, *, account: Account) -> Path:
    """Make a private directory for sockets, elsewhere when their paths would exceed the system's limit."""
    if len(os.fsencode(sockets / LONGEST_SOCKET_NAME)) > SOCKET_PATH_BYTES_MAX:
        digest = hashlib.sha256(os.fsencode(sockets)).hexdigest()[:12]
        sockets = Path("/tmp") / f"cortex-{account.uid}-{digest}"  # noqa: S108 - checked to be ours below
    _make(sockets, mode=0o700)
    account.own(sockets)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise StateUnusable(
            f"{sockets} is no private directory of {account.name}; remove it and start again."
        )
    return sockets


def _require_space(*, path: Path) -> None:
    free = shutil.disk_usage(path).free
    if free < FREE_BYTES_MIN:
        needed = FREE_BYTES_MIN // 1024**2
        raise StateUnusable(
            f"The disk of {path} has {free // 1024**2} MB left of {needed} MB needed; free some."
        )


def _refusal(*, error: OSError, path: Path) -> StateUnusable:
    where = error.filename or path
    if error.errno == errno.ENOSPC:
        return StateUnusable(f"The disk of {where} is full; free some space and start again.")
    remedy = "give this account the right to write there, or use a checkout of your own"
    return StateUnusable(f"{where} cannot be used ({os.strerror(error.errno or 0)}); {remedy}.")
