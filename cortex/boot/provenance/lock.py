# SPDX-License-Identifier: Apache-2.0
"""Which libraries a kind of process was locked to, each by version and hash."""

import hashlib
from functools import cache

from cortex.boot.lifecycle.hooks import ProcessKind
from cortex.boot.provenance.places import asset_directory

_LOCKS: dict[ProcessKind, str] = {
    "web": "web.txt",
    "worker": "worker.txt",
    "beat": "worker.txt",
    "command": "base.txt",
}


@cache
def lock_digest(*, process: ProcessKind) -> str | None:
    """Return the SHA-256 of the lock file, or None where an installation came without one."""
    try:
        content = (asset_directory("requirements") / _LOCKS[process]).read_bytes()
    except FileNotFoundError:
        return None
    return hashlib.sha256(content).hexdigest()
