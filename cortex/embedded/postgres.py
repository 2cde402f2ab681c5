# SPDX-License-Identifier: Apache-2.0
"""The embedded PostgreSQL: how it is started, reached and stopped."""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import make_conninfo

from cortex.embedded import binaries, cluster, locations, processes
from cortex.embedded.errors import ServerDidNotStart
from cortex.embedded.locations import Locations

PORT = 5432  # Only the name of the socket; nothing listens on TCP.
START_SECONDS_MAX = 300.0  # Recovery after a crash replays the log first.
STOP_SECONDS_MAX = 60.0
LOG_BYTES_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """One data directory, the programs that serve it, and the socket to reach them by."""

    locations: Locations
    programs: Path
    data: Path
    durable: bool

    def admin_dsn(self, dbname: str) -> str:
        """Compose the superuser's connection string; it holds a password, so never log it."""
        password = cluster.password_file(locations=self.locations).read_text()
        host = str(self.locations.sockets)
        return make_conninfo(host=host, port=PORT, user=cluster.SUPERUSER, password=password, dbname=dbname)

    def url(self, role: str, password: str, dbname: str) -> str:
        """Compose the URL of a role, as DATABASE_URL takes it."""
        role, password, dbname = (quote(part, safe="") for part in (role, password, dbname))
        return f"postgresql://{role}:{password}@/{dbname}?{urlencode({'host': str(self.locations.sockets)})}"

    def command(self) -> list[str]:
        """Return the command line that serves in the foreground."""
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.locations.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "wal_level": "logical",
            "wal_log_hints": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self._has_library("pg_stat_statements"):
            settings["shared_preload_libraries"] = "pg_stat_statements"
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def clear_stale_files(self) -> None:
        """Remove what a killed server left and a new one would stumble over; call it before a start."""
        cluster.clear_stale_files(data=self.data, sockets=self.locations.sockets)

    def stop(self) -> None:
        """Stop the server in its fast mode: sessions end, committed data is on disk."""
        pid = cluster.postmaster(data=self.data)
        if pid is not None:
            processes.stop(pid=pid, first=signal.SIGINT, seconds=STOP_SECONDS_MAX)

    def answers(self) -> bool:
        """Tell whether the server accepts the superuser's connection now."""
        try:
            psycopg.connect(self.admin_dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _has_library(self, name: str) -> bool:
        """Look for a preloadable library: naming one that is missing keeps the server from starting."""
        roots = [self.programs.parent / part for part in ("lib", "lib/postgresql")]
        return any((root / f"{name}{suffix}").exists() for root in roots for suffix in (".so", ".dylib"))


def prepare(base: Path, *, durable: bool) -> PostgresServer:
    """Find the programs and make the data directory without starting anything.

    Raises: EmbeddedError, with one sentence that names the remedy.
    """
    places = locations.prepare(base=base, durable=durable)
    programs = binaries.postgres_directory(locations=places)
    with places.lock("postgres"):
        data = cluster.prepare(locations=places, programs=programs, durable=durable)
    return PostgresServer(locations=places, programs=programs, data=data, durable=durable)


def existing(base: Path) -> PostgresServer | None:
    """Describe the PostgreSQL of `base` without making anything; None when it was never made."""
    places = locations.prepare(base=base)
    data = cluster.directory(locations=places)
    if not data.exists():
        return None
    programs = binaries.postgres_directory(locations=places)
    return PostgresServer(locations=places, programs=programs, data=data, durable=True)


def ensure_running(base: Path, *, durable: bool) -> PostgresServer:
    """Start the PostgreSQL of `base` unless it runs already; many processes may ask at once.

    durable=False trades safety against a power cut for speed; the data may lie in memory. For tests only.
    Raises: EmbeddedError, with one sentence that names the remedy.
    """
    server = prepare(base, durable=durable)
    with server.locations.lock("postgres"):
        if cluster.postmaster(data=server.data) is None:
            server.clear_stale_files()
            _start(server)
        elif not processes.wait_until(server.answers, seconds=START_SECONDS_MAX):
            raise _did_not_start(server, log=_log_file(server))
    return server


def _start(server: PostgresServer) -> None:
    path = _log_file(server)
    with path.open("ab") as log:
        process = server.locations.account.start(server.command(), log=log)
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.answers():
        if _ended(process) or time.monotonic() > deadline:
            raise _did_not_start(server, log=path)
        time.sleep(0.05)
    # The server outlives this object on purpose; without a return code Popen warns about a lost child.
    process.returncode = 0


def _ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def _log_file(server: PostgresServer) -> Path:
    path = server.locations.log / "postgres.log"
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".log.1"))
    return path


def _did_not_start(server: PostgresServer, *, log: Path) -> ServerDidNotStart:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    reasons = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    reason = f" ({reasons[-1]})" if reasons else ""
    return ServerDidNotStart(
        f"PostgreSQL did not start on {server.data}{reason}; read {log}, remove the cause and retry."
    )
