# SPDX-License-Identifier: Apache-2.0
"""The operator's servers are checked and left alone; embedded ones are started, connected and stopped."""

from pathlib import Path

import psycopg
import pytest

from cortex.embedded import environment, leftovers
from cortex.embedded.errors import StepFailed
from cortex.embedded.servers import Servers

# What a start needs, and the operator of servers did not give.
KEYS = ["LOG_SIGNING_KEY", "SECRET_KEY"]


class TestServers:
    def test_are_embedded_when_nothing_is_configured_and_keep_their_passwords(self, base: Path) -> None:
        servers = Servers(base=base, environ={})
        servers.up()
        first = environment.read(path=servers.file)
        assert sorted(first) == sorted([*KEYS, "REDIS_URL", *environment.URL_OF_ROLE.values()])
        for name in environment.URL_OF_ROLE.values():
            psycopg.connect(first[name]).close()
        servers.connect()
        assert environment.read(path=servers.file) == first
        assert leftovers.stop_leftovers(programs=[], postgres=servers.postgres, valkey=servers.valkey) == [
            "valkey",
            "postgres",
        ]
        assert leftovers.stop_leftovers(programs=[], postgres=servers.postgres, valkey=servers.valkey) == []

    def test_of_the_operator_are_only_checked(self, base: Path, tmp_path: Path) -> None:
        embedded = Servers(base=base, environ={})
        embedded.up()
        configured = environment.read(path=embedded.file)
        for key in KEYS:
            configured.pop(key)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        servers = Servers(base=elsewhere, environ=configured)
        servers.prepare()
        servers.up()
        assert (servers.postgres, servers.valkey) == (None, None)
        assert servers.broker_url == configured["REDIS_URL"]
        assert sorted(environment.read(path=servers.file)) == KEYS
        assert [entry.name for entry in elsewhere.iterdir()] == ["env"]

    def test_that_refuse_a_login_are_named(self, base: Path, tmp_path: Path) -> None:
        embedded = Servers(base=base, environ={})
        embedded.up()
        configured = environment.read(path=embedded.file)
        assert embedded.postgres is not None
        configured["DATABASE_SERVICE_URL"] = embedded.postgres.url("cortex_service", "wrong", "cortex")
        with pytest.raises(StepFailed, match="The database of DATABASE_SERVICE_URL cannot be used"):
            Servers(base=tmp_path, environ=configured).up()
