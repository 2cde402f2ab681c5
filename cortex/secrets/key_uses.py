# SPDX-License-Identifier: Apache-2.0
"""Uses of keys: each is counted, and the first in an hour of each key, version, operation and kind of process
leaves a leaf at once.

A use is noted in memory and written when the request, task or command is over, in a transaction of its own:
no key waits for the database, and writing a leaf uses none. What cannot be written is tried again with the
uses that follow, and at the end of the process. Counts are written once a minute, with the next use.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, InterfaceError

from cortex.boot.lifecycle.process import this_process
from cortex.container.scopes import current_scope
from cortex.errors import CortexError
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.secrets.record_key_uses import record_key_uses
from cortex.secrets.use import Tally, Use

HOUR = timedelta(hours=1)
# A database that is away is not asked again at each use.
RETRY_SECONDS = 30.0
# Counts wait this long at most for the end of the work that uses a key next.
COUNT_SECONDS = 60.0
OWED_MAX = 1000
Kind = tuple[str, bytes, bytes, bytes]
_log = structlog.get_logger(__name__)


class KeyUses:
    """What this process used and has not yet written."""

    def __init__(self) -> None:
        self._start_anew()
        # A child writes its own uses; the lock may be held by a thread that it does not have.
        os.register_at_fork(after_in_child=self._start_anew)

    def _start_anew(self) -> None:
        self._lock, self._noted, self._owed = threading.Lock(), set[Kind](), list[Use]()
        self._counts = dict[Kind, int]()
        self._counted_since: datetime | None = None
        self._hour_at: datetime | None = None
        self._look_at = 0.0

    def note(self, *, operation: str, made: bytes) -> None:
        """Note one use; `made` is what the key made, or was given to open: it begins with the key's name."""
        _, keeper, key_id, version, _ = made.split(b":", 4)
        kind = (operation, keeper, key_id, version)
        self._count(kind)
        if kind not in self._noted or time.monotonic() >= self._look_at:
            self._owe(kind)

    def write(self) -> None:
        """Append the leaves and counts that are owed; a failure is told, and owed on."""
        now = get(Clock).now()
        with self._lock:
            owed, self._owed = self._owed, []
            counts, self._counts = self._counts, {}
            since, self._counted_since = self._counted_since or now, now
        if not owed and not counts:
            return
        try:
            record_key_uses(uses=owed, tallies=_tallies(counts, since, now))
        except (DatabaseError, InterfaceError, CortexError) as error:
            with self._lock:
                self._owed = [*owed, *self._owed][:OWED_MAX]
                self._counts = dict(Counter(self._counts) + Counter(counts))
                self._counted_since = since
                self._look_at = time.monotonic() + RETRY_SECONDS
            _log.error("key_uses_not_recorded", count=len(owed), uses=sum(counts.values()), exc_info=error)

    def _count(self, kind: Kind) -> None:
        with self._lock:
            self._counts[kind] = self._counts.get(kind, 0) + 1

    def _owe(self, kind: Kind) -> None:
        operation, keeper, key_id, version = kind
        use = Use(
            keeper=keeper.decode(),
            key_id=key_id.decode(),
            version=int(version),
            operation=operation,
            process=this_process(),
            used_at=get(Clock).now(),
        )
        with self._lock:
            if use.hour_at != self._hour_at:
                self._hour_at, self._noted = use.hour_at, set()
            self._counted_since = self._counted_since or use.used_at
            rest = (use.hour_at + HOUR - use.used_at).total_seconds()
            self._look_at = time.monotonic() + min(rest, COUNT_SECONDS)
            if kind not in self._noted:
                self._noted.add(kind)
                self._owed = [*self._owed, use][:OWED_MAX]
        # Outside of any scope it waits for the next, or for the end of the process.
        scope = current_scope()
        if scope is not None:
            scope.at_close(self.write)


def _tallies(counts: Mapping[Kind, int], since: datetime, until: datetime) -> list[Tally]:
    return [
        Tally(
            keeper=keeper.decode(),
            key_id=key_id.decode(),
            version=int(version),
            operation=operation,
            process=this_process(),
            count=count,
            since_at=since,
            until_at=until,
        )
        for (operation, keeper, key_id, version), count in counts.items()
    ]


USES = KeyUses()
