# SPDX-License-Identifier: Apache-2.0
"""The operating-system account that runs the embedded servers."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

# PostgreSQL refuses to run as root, so root hands its servers to this account.
UNPRIVILEGED = "nobody"
# Servers see nothing of the caller's environment: it may hold secrets of other programs.
SERVER_ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account; `drops` says that the caller is root and gives its rights up for it."""

    name: str
    uid: int
    gid: int
    drops: bool

    def own(self, path: Path) -> None:
        """Hand `path` to this account; without a change of account there is nothing to hand over."""
        if self.drops:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and keep what it says; the caller judges the return code."""
        return subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=False, **self._process_options()
        )

    def start(self, command: Sequence[str | Path], *, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a server that outlives this process, with its output appended to `log`."""
        return subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal must not reach a database.
            **self._process_options(),
        )

    def _process_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"env": dict(SERVER_ENVIRONMENT), "cwd": "/"}
        if self.drops:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options


def server_account() -> Account:
    """Choose the account for servers: `nobody` when root asks, else the caller's own."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED)
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, drops=True)
    return caller()


def caller() -> Account:
    """Describe the account of this process."""
    uid = os.geteuid()
    return Account(name=f"uid {uid}", uid=uid, gid=os.getegid(), drops=False)
