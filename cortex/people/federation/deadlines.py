# SPDX-License-Identifier: Apache-2.0
"""Connections of requests that end with a deadline, tried address by address."""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from cortex.container.hanging_up import Deadline


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
