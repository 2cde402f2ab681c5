# SPDX-License-Identifier: Apache-2.0
"""GET changes nothing: every route is read by each of the cast while the database refuses to write."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cortex.container.override import override
from cortex.database.transactions import sqlstate
from cortex.identity.models import User
from cortex.ports.clock import Clock
from tests.architecture.doors import doors
from tests.factories.clocks import StoppedClock
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone

READ_ONLY_SQL_TRANSACTION = "25006"
# What was looked at is written down after the answer; that it cannot be written takes no answer away.
WRITTEN_AFTERWARDS = ("INSERT INTO policy_decision", "SELECT audit_append")
ALIASES = ("default", "service")
CAST = ("alice", "bob", "charlie", None)


@contextmanager
def read_only() -> Iterator[list[str]]:
    """Let every new session refuse to write, and collect the statements that tried, caught or not."""
    attempts: list[str] = []

    def watch(execute: Any, statement: str, *rest: Any) -> Any:
        try:
            return execute(statement, *rest)
        except Exception as error:
            refused = READ_ONLY_SQL_TRANSACTION in (sqlstate(error), getattr(error, "sqlstate", None))
            if refused and not str(statement).strip().startswith(WRITTEN_AFTERWARDS):
                attempts.append(str(statement)[:200])
            raise

    with ExitStack() as stack:
        for alias in ALIASES:
            options = connections.settings[alias]["OPTIONS"]
            before = options.get("options")
            options["options"] = "-c default_transaction_read_only=on"
            stack.callback(
                options.update if before else options.pop, *([{"options": before}] if before else ["options"])
            )
            stack.callback(connections[alias].close)
            connections[alias].close()
            stack.enter_context(connections[alias].execute_wrapper(watch))
        yield attempts


class TestReading:
    @pytest.mark.slow
    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", CAST, ids=lambda name: name or "nobody")
    def test_changes_nothing_and_never_fails(self, demo_database: Clone, name: str | None) -> None:
        client = Client(raise_request_exception=False)
        if name is not None:
            sign_in(client, User.objects.get(username=name))
        paths = sorted({door.path for door in doors()})
        failed = {}
        # A minute later the use of a session would be noted, as it is meant to be.
        with override(Clock, StoppedClock()), read_only() as attempts:
            for path in paths:
                response = client.get(path)
                if response.status_code >= 500:
                    failed[path] = response.status_code
        assert (failed, attempts) == ({}, [])

    def test_would_be_seen_to_write(self, demo_database: Clone) -> None:
        with read_only() as attempts, pytest.raises(Exception, match="read-only transaction"):
            User.objects.update(full_name="Somebody Else")
        assert attempts == ['UPDATE "identity_user" SET "full_name" = %s']
