# SPDX-License-Identifier: Apache-2.0
"""One launcher per checkout, proved by a lock that ends with its holder: no pid file can go stale."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cortex.embedded.errors import EmbeddedError
from cortex.embedded.locations import Locations


@dataclass(frozen=True, kw_only=True)
class Running:
    """The launcher that serves: its process and where it can be reached."""

    pid: int
    url: str


class AlreadyRunning(EmbeddedError):
    """Another launcher serves this checkout; `running` tells which, or is None while it still starts."""

    code = "embedded.checkout_must_be_served_once"

    def __init__(self, *, running: Running | None) -> None:
        """Say where the other one is."""
        where = f"at {running.url} (pid {running.pid})" if running else "and is still starting"
        super().__init__(f"Cortex runs already {where}; stop it with Ctrl-C there, or with: make down.")
        self.running = running


@contextmanager
def sole_instance(*, locations: Locations) -> Iterator[None]:
    """Hold the checkout while its launcher lives.

    Raises: AlreadyRunning.
    """
    descriptor = _try_lock(locations)
    if descriptor is None:
        raise AlreadyRunning(running=running(locations=locations))
    try:
        yield
    finally:
        _record(locations).unlink(missing_ok=True)
        os.close(descriptor)


def announce(*, locations: Locations, url: str) -> None:
    """Record where this launcher serves, for a second start and for `down`."""
    _record(locations).write_text(json.dumps(asdict(Running(pid=os.getpid(), url=url))))


def running(*, locations: Locations) -> Running | None:
    """Tell who serves this checkout; a record without a holder of the lock is stale and counts as nobody."""
    descriptor = _try_lock(locations)
    if descriptor is not None:
        os.close(descriptor)
        return None
    try:
        return Running(**json.loads(_record(locations).read_text()))
    except (OSError, ValueError, TypeError):  # It has not announced itself yet.
        return None


def _record(locations: Locations) -> Path:
    return locations.run / "launcher.json"


def _try_lock(locations: Locations) -> int | None:
    """Take the lock without waiting; the descriptor is closed on exec, so no child can keep it."""
    descriptor = os.open(locations.base / "launcher.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
