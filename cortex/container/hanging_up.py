# SPDX-License-Identifier: Apache-2.0
"""One deadline over a whole call: connecting, shaking hands, and every read.

Timeouts of a socket begin anew with each byte: a server that sends one now and then outlives them all.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Self


class Deadline:
    """Hangs up on every connection of a call that is not over in time.

    The sockets that it closes are copies: TLS takes the original away from whoever opened it, and a reader
    sleeps in it. Looking a name up is bounded by the machine's resolver alone, and counts.
    """

    def __init__(self, *, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._watched:
                each.close()
            self._watched = []

    @property
    def seconds_left(self) -> float:
        """Return how long the call may still take."""
        return self._ends_at - time.monotonic()

    @property
    def is_over(self) -> bool:
        """Return whether the time is over: what was read since may lack its end."""
        return self.seconds_left <= 0

    def watch(self, opened: socket.socket) -> None:
        """Hang up on this connection at the end, or at once where it is over."""
        with self._lock:
            self._watched.append(socket.socket(fileno=os.dup(opened.fileno())))
        if self.is_over:
            self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            for each in self._watched:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
