# SPDX-License-Identifier: Apache-2.0
"""How the web process of a release listens; `make run` chooses its own way on one machine."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Reader, Unexpected, Whole
from cortex.boot.configuration.subjects.subject import Subject

PORT_MAX = 65_535


@dataclass(frozen=True)
class Listening(Reader):
    """`host:port`: the probe of the same machine asks at this port."""

    def read(self, given: object) -> str:
        """Return the text unchanged."""
        host, _, port = given.rpartition(":") if isinstance(given, str) else ("", "", "")
        if not host or not port.isascii() or not port.isdigit() or not 1 <= int(port[:6]) <= PORT_MAX:
            raise Unexpected("HOST:PORT")
        return str(given)


class Web(Subject):
    """Address, processes and threads."""

    # Every address: its network is its own, and a proxy with TLS stands before it.
    address: Annotated[str, Listening()] = Field("0.0.0.0:8000", alias="WEB_ADDRESS")
    workers: Annotated[int, Whole(1)] = Field(2, alias="WEB_WORKERS")
    threads: Annotated[int, Whole(1)] = Field(4, alias="WEB_THREADS")
    # How many proxies of ours stand before it, each of which adds the address of its caller.
    proxies: Annotated[int, Whole(0)] = Field(0, alias="WEB_PROXIES")
