# SPDX-License-Identifier: Apache-2.0
"""GET changes nothing: every route is read by each of the cast while the database refuses to write."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from cortex.container.override import override
from cortex.database.transactions import sqlstate
from cortex.identity.models import User
from cortex.ports.clock import Clock
from tests.factories.clocks import StoppedClock
from tests.factories.sessions import sign_in
from tests.integration.security.scenery import Scenery, scenery_in

READ_ONLY_SQL_TRANSACTION = "25006"
# What was looked at is written down after the answer; that it cannot be written takes no answer away.
WRITTEN_AFTERWARDS = ("INSERT INTO policy_decision", "SELECT audit_append")
ALIASES = ("default", "service")
# Whoever may see everything, an auditor, somebody of another company, and nobody.
CAST = ("mighty", "auditor", "outsider", None)


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


@pytest.fixture(scope="module")
def scenery(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scenery]:
    """Return a company in which every door has an object behind it."""
    with django_db_blocker.unblock(), scenery_in(database_template) as set_up:
        yield set_up


def browser_of(name: str | None) -> Client:
    client = Client(raise_request_exception=False)
    return client if name is None else sign_in(client, User.objects.get(username=name))


class TestReading:
    @pytest.mark.slow
    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", CAST, ids=lambda name: name or "nobody")
    def test_changes_nothing_and_never_fails(self, scenery: Scenery, name: str | None) -> None:
        client, answered = browser_of(name), {}
        # A minute later the use of a session would be noted, as it is meant to be.
        with override(Clock, StoppedClock()), read_only() as attempts:
            for path in sorted({door.path for door in scenery.doors}):
                answered[path] = client.get(path).status_code
        failed = {path: status for path, status in answered.items() if status >= 500}
        assert (failed, attempts) == ({}, [])

    def test_would_be_seen_to_write(self, scenery: Scenery) -> None:
        with read_only() as attempts, pytest.raises(Exception, match="read-only transaction"):
            User.objects.update(full_name="Somebody Else")
        assert attempts == ['UPDATE "identity_user" SET "full_name" = %s']
