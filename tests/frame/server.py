# SPDX-License-Identifier: Apache-2.0
"""The PostgreSQL server of the tests: the configured one, else the embedded one."""

import os
import shutil
import signal
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cortex.database.provision import ROLES
from cortex.embedded import cluster, memory, postgres, processes

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".cortex" / "tests"
ADMIN_VARIABLE = "DATABASE_ADMIN_URL"
# Every test session on this machine shares one server and must know the same passwords. They guard
# nothing: the embedded server listens on a socket of this user, a configured one must be for tests only.
PASSWORDS = {role: f"test-{role}" for role in ROLES}


@dataclass(frozen=True, kw_only=True)
class ConfiguredServer:
    """A server that somebody else runs, reached as an administrator."""

    admin_url: str

    def admin_dsn(self, dbname: str) -> str:
        """Compose the administrator's connection string."""
        return make_conninfo(self.admin_url, dbname=dbname)

    def url(self, role: str, password: str, dbname: str) -> str:
        """Compose the URL of a role, as DATABASE_URL takes it."""
        parts = conninfo_to_dict(self.admin_url)
        where = {key: parts[key] for key in ("host", "port", "sslmode", "sslrootcert") if key in parts}
        return f"postgresql://{quote(role)}:{quote(password)}@/{quote(dbname)}?{urlencode(where)}"


Server = ConfiguredServer | postgres.PostgresServer


@cache
def server() -> Server:
    """Return the running server, started once and left running for the next session."""
    admin_url = os.environ.get(ADMIN_VARIABLE)
    if admin_url:
        return ConfiguredServer(admin_url=admin_url)
    sweep_memory()
    return postgres.ensure_running(STATE, durable=False)


def sweep_memory() -> None:
    """Give back the memory of servers whose checkout, or directory of a test, was removed without them."""
    for record in memory.MEMORY.glob(f"{memory.PREFIX}*/base"):
        home = record.parent
        if home.stat().st_uid == os.geteuid() and not Path(record.read_text().strip()).exists():
            pid = cluster.postmaster(data=home / "postgres" / "data")
            if pid is not None:
                processes.stop(pid=pid, first=signal.SIGINT, seconds=postgres.STOP_SECONDS_MAX)
            shutil.rmtree(home, ignore_errors=True)
