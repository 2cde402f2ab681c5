# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL and a real Valkey for the image that is tried, reachable by its account alone."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cortex.embedded import environment, locations, postgres, valkey
from cortex.embedded.environment import URL_OF_ROLE
from cortex.embedded.servers import Servers
from tools.pipeline.programs import StageFailed
from tools.pipeline.rootfs import UID

# Where the sockets are mounted in a container.
MOUNTED = Path("/run/servers")


@dataclass(frozen=True, kw_only=True)
class RunningServers:
    """The sockets on this machine, the broker's address here, and all addresses inside a container."""

    sockets: tuple[Path, ...]
    broker_url: str
    urls: Mapping[str, str]

    @property
    def mounts(self) -> list[str]:
        """Return a volume for each socket: their directory stays closed to the container."""
        return [f"{socket}:{MOUNTED / socket.name}" for socket in self.sockets]


@contextmanager
def running(*, base: Path) -> Iterator[RunningServers]:
    """Start empty servers below `base`; stop them and remove their data in any case."""
    _remove(base)
    servers = Servers(base=base, environ={})
    try:
        servers.up()
        yield _describe(servers)
    finally:
        _remove(base)


def _describe(servers: Servers) -> RunningServers:
    if servers.postgres is None or servers.valkey is None:
        raise StageFailed("Servers are configured where none should be. Unset DATABASE_URL and REDIS_URL.")
    sockets = (servers.postgres.locations.sockets / ".s.PGSQL.5432", servers.valkey.socket)
    for socket in sockets:
        # The account of the image, and nobody else: the broker asks for no password.
        os.chown(socket, -1, UID)
        socket.chmod(0o770)
    known = environment.read(path=servers.file)
    urls = {name: _inside(known[name]) for name in URL_OF_ROLE.values()}
    urls[environment.BROKER_URL] = f"unix://{MOUNTED / servers.valkey.socket.name}?db=0"
    return RunningServers(sockets=sockets, broker_url=servers.broker_url, urls=urls)


def _inside(url: str) -> str:
    """Return a database's address with the socket directory of a container."""
    return f"{url.partition('?')[0]}?host={MOUNTED}"


def _remove(base: Path) -> None:
    """Stop what runs below `base`, of a killed run too, and remove it with its data."""
    if not base.exists():
        return
    places = locations.prepare(base=base)
    valkey.prepare(base).stop()
    database = postgres.existing(base)
    if database is not None:
        database.stop()
    for directory in {places.home, places.base}:
        shutil.rmtree(directory)
