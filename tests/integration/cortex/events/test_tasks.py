# SPDX-License-Identifier: Apache-2.0
"""Tasks that cannot do their work say so and end: the schedule sends others."""

import socket
import time

import psycopg
import pytest
import redis
import structlog
from django.core.cache.backends.redis import RedisCache
from kombu.exceptions import OperationalError

from cortex.container.override import override
from cortex.database.service_role import service_transaction
from cortex.events import nudge, tasks
from cortex.events.bus import Bus, BusMustBeReachable
from cortex.events.bus.memory import InMemoryBus
from cortex.events.nudge import delivery_has_come, lanes_to_wake, nudge_relay, relay_has_come
from cortex.events.relay import waiting_events
from cortex.ids import uuid7
from settings.base import CACHES
from tests.factories.people import cast
from tests.frame.clones import Clone
from tests.integration.cortex.events.publishing import publish


class AwayBus(InMemoryBus):
    """A bus that confirms nothing."""

    def append(self, **_: object) -> None:  # type: ignore[override]
        raise BusMustBeReachable("away")

    def reader(self, **_: object) -> None:  # type: ignore[override]
        raise BusMustBeReachable("away")

    def trim(self, **_: object) -> int:  # type: ignore[override]
        raise BusMustBeReachable("away")


def test_a_bus_that_is_away_keeps_events_waiting(committed_database: Clone) -> None:
    publish(cast().company.id, (uuid7(), 1))
    with override(Bus, AwayBus()):
        tasks.relay()
        tasks.deliver("webhooks", [0])
        tasks.trim()
    assert waiting_events() == 1


def test_a_database_that_is_away_ends_each_task_with_one_line(committed_database: Clone) -> None:
    stopped = []
    for task in (tasks.relay, tasks.send_all_webhooks, lambda: tasks.deliver("webhooks", [0])):
        with service_transaction() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with psycopg.connect(committed_database.admin_dsn, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with structlog.testing.capture_logs() as told:
            task()
        stopped += [line for line in told if line["event"].endswith("_stopped")]
    assert len(stopped) == 3
    assert all("Database: expected a connection" in line["reason"] for line in stopped)


class TestNudge:
    @pytest.mark.parametrize(
        "error", [redis.ConnectionError("gone"), OperationalError("gone"), OSError("gone")]
    )
    def test_that_fails_does_not_fail_the_verb(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def refuse(*args: object, **options: object) -> None:
            raise error

        monkeypatch.setattr(nudge.cache, "add", refuse)
        nudge_relay()
        if not isinstance(error, OperationalError):
            monkeypatch.setattr(nudge.cache, "delete", refuse)
            monkeypatch.setattr(nudge.cache, "delete_many", refuse)
            assert lanes_to_wake(subscriber="ledger", lanes=[1, 2]) == [1, 2]
        relay_has_come()
        delivery_has_come(subscriber="ledger", lanes=[1, 2])

    def test_does_not_wait_long_for_a_server_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as hanging:
            url = f"redis://127.0.0.1:{hanging.getsockname()[1]}/0"
            options = CACHES["default"]["OPTIONS"]
            monkeypatch.setattr(nudge, "cache", RedisCache(url, {"OPTIONS": options}))
            started = time.monotonic()
            nudge_relay()
            assert time.monotonic() - started < 3

    def test_of_a_delivery_is_one_for_each_lane_until_it_comes(self) -> None:
        delivery_has_come(subscriber="ledger", lanes=range(16))
        assert lanes_to_wake(subscriber="ledger", lanes=[1, 2]) == [1, 2]
        assert lanes_to_wake(subscriber="ledger", lanes=[2, 3]) == [3]
        assert lanes_to_wake(subscriber="webhooks", lanes=[2]) == [2]
        delivery_has_come(subscriber="ledger", lanes=[2])
        assert lanes_to_wake(subscriber="ledger", lanes=[1, 2, 3]) == [2]
        delivery_has_come(subscriber="webhooks", lanes=[2])

    def test_is_one_for_many_commits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        monkeypatch.setattr("celery.app.base.Celery.send_task", lambda app, name, **_: sent.append(name))
        relay_has_come()
        nudge_relay()
        nudge_relay()
        assert sent == ["cortex.events.relay"]
        relay_has_come()
        nudge_relay()
        assert len(sent) == 2
