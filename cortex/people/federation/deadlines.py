# SPDX-License-Identifier: Apache-2.0
"""One deadline over a whole call: looking up the name, connecting, shaking hands, and every read.

Timeouts of a socket begin anew with each byte: a server that sends one now and then outlives them all.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError


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


def adapter_until(deadline: Deadline) -> HTTPAdapter:
    """Return an adapter whose connections end with the deadline."""
    connection = type("BoundConnection", (_BoundConnection,), {"deadline": deadline})
    pool = type("BoundPool", (HTTPSConnectionPool,), {"ConnectionCls": connection})
    return _BoundAdapter(pool)


class _BoundAdapter(HTTPAdapter):
    """Speaks TLS alone, over pools of the given class."""

    def __init__(self, pool: type[HTTPSConnectionPool]) -> None:
        self._pool = pool
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool}


class _BoundConnection(HTTPSConnection):
    """Tries the addresses of a name one by one, as long as there is time for any of them."""

    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port or 443, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failure: OSError = OSError("no address")
        for _family, _kind, _protocol, _name, address in found:
            if self.deadline.is_over:
                break
            try:
                return self._opened((str(address[0]), int(address[1])))
            except OSError as error:
                failure = error
        if self.deadline.is_over or isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {self.host} in time") from failure
        raise NewConnectionError(self, f"no connection to {self.host}: {failure}") from failure

    def _opened(self, address: tuple[str, int]) -> socket.socket:
        limit = self.timeout if isinstance(self.timeout, int | float) else self.deadline.seconds_left
        opened = socket.create_connection(address, max(0.001, min(limit, self.deadline.seconds_left)))
        self.deadline.watch(opened)
        return opened
