# SPDX-License-Identifier: Apache-2.0
"""Unwrapped keys that this process keeps for a while: no page asks the keeper for each name."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from cortex.ports.key_management import DataKey

KEYS_MAX = 256
KEPT_SECONDS = 300.0
Place = tuple[UUID, UUID]


class OpenKeys:
    """Bounded in number and in time: a key that was taken from its keeper works here no longer than that.

    A key is known by company and id and never changes; what another transaction rolled back is never asked
    for again.
    """

    def __init__(
        self,
        *,
        keys_max: int = KEYS_MAX,
        kept_seconds: float = KEPT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys_max, self._kept_seconds, self._monotonic = keys_max, kept_seconds, monotonic
        self._lock = threading.Lock()
        self._kept: OrderedDict[Place, tuple[float, DataKey]] = OrderedDict()

    def find(self, *, company_id: UUID, key_id: UUID) -> DataKey | None:
        """Return the key if it is kept and fresh."""
        place = (company_id, key_id)
        with self._lock:
            kept = self._kept.get(place)
            if kept is None:
                return None
            if self._monotonic() - kept[0] >= self._kept_seconds:
                del self._kept[place]
                return None
            return kept[1]

    def keep(self, *, company_id: UUID, key_id: UUID, key: DataKey) -> None:
        """Keep the key; the one that was put in first goes when there are too many."""
        with self._lock:
            self._kept.pop((company_id, key_id), None)
            self._kept[company_id, key_id] = (self._monotonic(), key)
            while len(self._kept) > self._keys_max:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Keep none."""
        with self._lock:
            self._kept.clear()


open_keys = OpenKeys()
