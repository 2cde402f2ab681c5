# SPDX-License-Identifier: Apache-2.0
"""Kill −9 of relay, worker, broker and database while events flow: none lost, double or out of order."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from cortex.database.transactions import DatabaseMustBeReachable
from cortex.ids import uuid7
from tests.factories.people import create_company
from tests.integration.cortex.events.installation import DATABASE, Installation, installation
from tests.integration.cortex.events.publishing import publish

NOTEBOOKS, NOTES_PER_TRANSACTION = 25, 20
SETTLING_SECONDS = 6
# Without workers nothing moves: two of them start anew meanwhile, each of which reads the whole program.
STANDSTILL_SECONDS = 90
Effects = list[tuple[UUID, int]]
# By notebook, in the order in which they took effect.
Numbers = dict[UUID, list[int]]
MakeKills = Callable[[Installation], list[Callable[[], None]]]


@pytest.fixture
def own(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Installation]:
    """Return an installation that nobody else uses."""
    with django_db_blocker.unblock(), installation(tmp_path) as whole:
        yield whole


@pytest.fixture
def own_on_kafka(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Installation]:
    """Return an installation whose events go through a Kafka broker that forgets everything when killed."""
    with django_db_blocker.unblock(), installation(tmp_path, bus="kafka") as whole:
        yield whole


@pytest.mark.slow
def test_kills_change_nothing_over_kafka(own_on_kafka: Installation) -> None:
    found, published = run_through_kills(own_on_kafka, total=500, rounds=1, kills=kills_over_kafka)
    assert found == published


@pytest.mark.soak
def test_many_kills_among_ten_thousand_events_change_nothing_over_kafka(own_on_kafka: Installation) -> None:
    found, published = run_through_kills(own_on_kafka, total=10_000, rounds=3, kills=kills_over_kafka)
    assert found == published


@pytest.mark.slow
def test_kills_change_nothing(own: Installation) -> None:
    found, published = run_through_kills(own, total=2_000, rounds=1)
    assert found == published


@pytest.mark.soak
def test_many_kills_among_ten_thousand_events_change_nothing(own: Installation) -> None:
    found, published = run_through_kills(own, total=10_000, rounds=3)
    assert found == published


def run_through_kills(
    own: Installation, *, total: int, rounds: int, kills: MakeKills | None = None
) -> tuple[Numbers, Numbers]:
    """Publish while killing everything in turn, wait for the rest; return what had effects, and all of it."""
    notebooks = [uuid7() for _ in range(NOTEBOOKS)]
    publisher = threading.Thread(
        target=publish_all, args=(create_company(code="DEMO", name="Demo").id, notebooks, total // NOTEBOOKS)
    )
    publisher.start()
    planned = (kills or kills_of)(own) * rounds
    for number, kill in enumerate(planned, start=1):
        # The last kill falls before nine tenths of the effects are there.
        wanted = total * 9 * number // (10 * (len(planned) + 1))
        wait_for_effects(own, wanted)
        kill()
    publisher.join(timeout=STANDSTILL_SECONDS)
    assert not publisher.is_alive()
    wait_for_effects(own, total)
    wait_until(own, lambda: count(own, "events_unsent_event") == 0, seconds=STANDSTILL_SECONDS)
    # What would come a second time comes with the schedule's next look at every lane, or not at all.
    time.sleep(SETTLING_SECONDS)
    notes = effects(own)
    assert len(notes) == total
    per_notebook = {book: [number for found, number in notes if found == book] for book in notebooks}
    return per_notebook, {book: list(range(total // NOTEBOOKS)) for book in notebooks}


def kills_of(own: Installation) -> list[Callable[[], None]]:
    """Return one kill of each part; both workers relay and deliver, whichever task they hold."""
    return [
        lambda: own.kill_worker("one"),
        own.kill_broker,
        lambda: own.kill_worker("two"),
        own.kill_database,
        lambda: kill_both_workers(own),
    ]


def kills_over_kafka(own: Installation) -> list[Callable[[], None]]:
    """Return kills of every part, of the broker that forgets between all others."""
    return [
        own.kill_kafka,
        lambda: own.kill_worker("one"),
        own.kill_database,
        own.kill_kafka,
        lambda: kill_both_workers(own),
    ]


def kill_both_workers(own: Installation) -> None:
    """Leave nobody who relays or delivers."""
    own.kill_worker("one")
    own.kill_worker("two")


def publish_all(company_id: UUID, notebooks: list[UUID], notes_per_notebook: int) -> None:
    """Publish every notebook in numbered transactions, going on behind what a killed database has kept."""
    for first in range(0, notes_per_notebook, NOTES_PER_TRANSACTION):
        for notebook in notebooks:
            numbers = range(first, min(first + NOTES_PER_TRANSACTION, notes_per_notebook))
            while not is_published(notebook, numbers):
                try:
                    publish(company_id, *((notebook, number) for number in numbers))
                except (DatabaseMustBeReachable, DatabaseError, InterfaceError):
                    time.sleep(0.1)
            time.sleep(0.01)
    connections.close_all()


def is_published(notebook: UUID, numbers: range) -> bool:
    """Tell whether the outbox holds these notes: an error at commit does not say what the server did."""
    while True:
        try:
            with connections["service"].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM events_outbox_event WHERE aggregate_id = %s", [notebook])
                return int(cursor.fetchone()[0]) > numbers.start
        except (DatabaseError, InterfaceError):
            connections["service"].close()
            time.sleep(0.1)


def wait_for_effects(own: Installation, wanted: int) -> None:
    """Wait for as long as effects arrive: a slow machine loses nothing, only one that stands still does."""
    while (found := count(own)) < wanted:
        wait_until(own, lambda found=found: count(own) > found, seconds=STANDSTILL_SECONDS)


def wait_until(own: Installation, condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait, and fail with the last words of the workers when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text()[-3000:] for path in sorted(own.directory.glob("*.log")))
            raise AssertionError(f"nothing moved for {seconds} s at {count(own)} effects; the logs:\n{logs}")
        time.sleep(0.1)


def count(own: Installation, table: str = "testing_effect") -> int:
    """Return how many effects, or rows of another table, there are."""
    with psycopg.connect(own.database.admin_dsn(DATABASE)) as admin:
        counted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = admin.execute(counted).fetchone()
    assert row is not None
    return int(row[0])


def effects(own: Installation) -> Effects:
    """Return every effect, in order."""
    with psycopg.connect(own.database.admin_dsn(DATABASE)) as admin:
        return admin.execute("SELECT notebook, number FROM testing_effect ORDER BY place").fetchall()
