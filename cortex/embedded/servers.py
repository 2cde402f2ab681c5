# SPDX-License-Identifier: Apache-2.0
"""The database and the broker of one checkout: the operator's own when configured, else embedded ones."""

from collections.abc import Mapping
from pathlib import Path

import psycopg

from cortex.database.provision import provision
from cortex.embedded import environment, postgres, readiness, valkey
from cortex.embedded.errors import StepFailed
from cortex.embedded.postgres import PostgresServer
from cortex.embedded.valkey import ValkeyServer


class Servers:
    """What is configured is only checked; what is not is prepared here and started by the caller."""

    def __init__(self, *, base: Path, environ: Mapping[str, str]) -> None:
        """Read what the operator configured.

        Raises: ConfigurationIncomplete.
        """
        self.base = base
        self.database_urls = environment.configured_database(environ=environ)
        self.broker = environment.configured_broker(environ=environ)
        self.postgres: PostgresServer | None = None
        self.valkey: ValkeyServer | None = None

    @property
    def file(self) -> Path:
        return self.base / "env"

    @property
    def broker_url(self) -> str:
        return self.broker or (self.valkey.url() if self.valkey is not None else "")

    def prepare(self) -> None:
        """Find programs and make data directories for the embedded servers."""
        if not self.database_urls:
            self.postgres = postgres.prepare(self.base, durable=True)
        if not self.broker:
            self.valkey = valkey.prepare(self.base)

    def up(self) -> None:
        """Start the embedded servers in the background, ready for commands of this checkout."""
        if not self.database_urls:
            self.postgres = postgres.ensure_running(self.base, durable=True)
        if not self.broker:
            self.valkey = valkey.ensure_running(self.base)
        self.connect()

    def connect(self) -> None:
        """Check configured servers, create the roles of the embedded one, and write the URLs down."""
        for role, url in self.database_urls.items():
            readiness.require_database(url=url, name=environment.URL_OF_ROLE[role])
        if self.broker:
            readiness.require_broker(url=self.broker)
        values: dict[str, str] = {}
        if self.postgres is not None:
            values |= self._provision(self.postgres)
        if self.valkey is not None:
            values[environment.BROKER_URL] = self.valkey.url()
        environment.write(path=self.file, values=values)

    def _provision(self, server: PostgresServer) -> dict[str, str]:
        names = environment.URL_OF_ROLE
        known = environment.read(path=self.file)
        passwords = environment.passwords_in(urls={role: known.get(name, "") for role, name in names.items()})
        try:
            provision(server.admin_dsn("postgres"), database=environment.DATABASE, passwords=passwords)
        except psycopg.Error as error:
            reason = " ".join(str(error).split())
            raise StepFailed(
                f"The roles of {server.data} could not be created ({reason}); see its log."
            ) from error
        return {name: server.url(role, passwords[role], environment.DATABASE) for role, name in names.items()}
