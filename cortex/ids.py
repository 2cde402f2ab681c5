# SPDX-License-Identifier: Apache-2.0
"""Identifiers that sort by creation time: UUID version 7 (RFC 9562, section 5.7)."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = (0, 0)


def _next_stamp() -> tuple[int, int]:
    """Return (milliseconds, 12-bit counter), never less than the last one given in this process."""
    global _last  # noqa: PLW0603 - one counter for the process, changed under the lock
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        if milliseconds > _last[0]:
            # A random start leaves room to count up and keeps ids of two processes apart.
            _last = (milliseconds, int.from_bytes(os.urandom(2)) & 0x7FF)
        elif _last[1] < 0xFFF:
            _last = (_last[0], _last[1] + 1)
        else:
            _last = (_last[0] + 1, 0)
        return _last


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7; ids made by one process are strictly increasing.

    Source: RFC 9562 section 5.7 and section 6.2, method 1 (fixed-length dedicated counter).
    """
    milliseconds, counter = _next_stamp()
    value = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62
    return uuid.UUID(int=value | int.from_bytes(os.urandom(8)) & (1 << 62) - 1)
