# SPDX-License-Identifier: Apache-2.0
"""The database engine of the vault, as docs/operations/secrets.md sets it up."""

from dataclasses import dataclass

import hvac
from psycopg.conninfo import conninfo_to_dict

from tests.frame.clones import Clone
from tests.frame.openbao import OpenBao
from tests.frame.server import server

CREATE = "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE %s"
RENEW = "ALTER ROLE \"{{name}}\" VALID UNTIL '{{expiration}}'"
REVOKE = [
    'ALTER ROLE "{{name}}" NOLOGIN',
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'",
    'DROP ROLE IF EXISTS "{{name}}"',
]
GROUPS = {
    "cortex-app": "cortex_app",
    "cortex-service": "cortex_service",
    "cortex-owner": "cortex_owner",
}


@dataclass(frozen=True)
class DatabaseEngine:
    """The roles of one database; `lives` is the default and the longest life of a login."""

    root: hvac.Client

    def roles(self, *, lives: tuple[str, str]) -> None:
        """Let logins live so long, at first and at most."""
        for name, group in GROUPS.items():
            self.root.secrets.database.create_role(
                name=name,
                db_name="cortex",
                creation_statements=[CREATE % group],
                renew_statements=[RENEW],
                revocation_statements=REVOKE,
                default_ttl=lives[0],
                max_ttl=lives[1],
            )


def engine_of(bao: OpenBao, clone: Clone) -> DatabaseEngine:
    """Point the vault at the database of a test, as its administrator."""
    admin = conninfo_to_dict(server().admin_dsn(clone.name))
    where = f"host={admin['host']} port={admin['port']} dbname={clone.name}"
    root = bao.root()
    root.secrets.database.configure(
        name="cortex",
        plugin_name="postgresql-database-plugin",
        allowed_roles=list(GROUPS),
        connection_url=where + " user={{username}} password={{password}} sslmode=disable",
        username=admin["user"],
        password=admin["password"],
        password_authentication="scram-sha-256",
    )
    return DatabaseEngine(root)
