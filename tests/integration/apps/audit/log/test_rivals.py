# SPDX-License-Identifier: Apache-2.0
"""Six writers and two integrators that are killed at random: nothing lost, nothing twice, order kept."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import orjson
import psycopg
import pytest
from django.db import connection, connections

from cortex.database.transactions import transactional
from cortex.ids import uuid7
from tests.factories.log import append, integrate_and_seal, stored_leaves
from tests.frame.clones import Clone
from tests.frame.server import ROOT
from tests.integration.apps.audit.log.conftest import Log
from tests.integration.apps.audit.log.test_integrate_leaves import require_whole
from tests.integration.apps.audit.log.test_seal_tree import require_heads

WRITERS, THINGS = 6, 12
KILLS_MIN, TURNS_MIN = 5, 5
LEASE_SECONDS = "1"


class GivenUp(Exception):
    """A transaction that is rolled back after it wrote its leaves."""


@pytest.mark.slow
def test_rivals_that_are_killed_lose_nothing(log: Log, committed_database: Clone) -> None:
    run(log, committed_database, seconds=6)


@pytest.mark.soak
def test_rivals_that_are_killed_for_minutes_lose_nothing(log: Log, committed_database: Clone) -> None:
    run(log, committed_database, seconds=180)


def run(log: Log, database: Clone, *, seconds: float) -> None:
    """Write and kill for this long, integrate the rest, and compare with what each writer knows."""
    things = [(uuid7(), chance) for chance in [log.acme, log.bolt] * (THINGS // 2)]
    written: Counter[UUID] = Counter()
    with rivals(database):
        deadline = time.monotonic() + seconds
        threads = [
            threading.Thread(target=write, args=(seed, things, written, deadline)) for seed in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 60)
            assert not thread.is_alive()
    assert fence_of(log) >= TURNS_MIN
    wait_for_lease()
    require_whole(log)
    require_heads(log)
    require_order(log, written)


def write(seed: int, things: list[tuple[UUID, UUID]], written: Counter[UUID], deadline: float) -> None:
    """Append to things under their locks; sometimes slowly, sometimes for nothing."""
    chance = random.Random(seed)
    try:
        while time.monotonic() < deadline:
            # In one order, so that two writers never wait for each other.
            chosen = sorted(chance.sample(things, chance.randint(1, 3)))
            with suppress(GivenUp):
                change(chosen, chance, written)
    finally:
        connections.close_all()


@transactional
def change(chosen: list[tuple[UUID, UUID]], chance: random.Random, written: Counter[UUID]) -> None:
    for thing, company_id in chosen:
        with connection.cursor() as cursor:
            # The lock of a business row: held until the end, taken before the leaf is written.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(thing)])
        append(company_id, object_id=thing)
    if chance.random() < 0.1:
        time.sleep(chance.random() * 0.3)
    if chance.random() < 0.1:
        raise GivenUp
    for thing, _ in chosen:
        written[thing] += 1


@contextmanager
def rivals(database: Clone) -> Iterator[None]:
    """Let two integrators run and be killed at random; both must have had their turns."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.integration.apps.audit.log.rivals"],
        cwd=ROOT,
        env={**os.environ, **database.environment, "EVENT_LEASE_SECONDS": LEASE_SECONDS},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
        process.stdin.close()
        assert int(process.stdout.readline()) >= KILLS_MIN


def fence_of(log: Log) -> int:
    """Return how often the lease was claimed until the tree last grew."""
    with psycopg.connect(log.dsn) as admin:
        row = admin.execute("SELECT fence FROM audit_log_state").fetchone()
    assert row is not None
    return int(row[0])


def wait_for_lease() -> None:
    """Integrate what is left once the lease of the last one that was killed is over."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(AssertionError):
            integrate_and_seal()
            return
        time.sleep(0.2)
    raise TimeoutError("the lease was never free")


def require_order(log: Log, written: Counter[UUID]) -> None:
    """Each thing has as many leaves as were committed, and they stand in the order of their ids."""
    found: dict[UUID, list[int]] = {}
    for leaf in stored_leaves(log.dsn):
        document = orjson.loads(leaf.body)
        if document.get("verb") == "testing.do" and leaf.entry_id is not None:
            found.setdefault(UUID(document["object"]["id"]), []).append(leaf.entry_id)
    assert {thing: len(numbers) for thing, numbers in found.items()} == dict(written)
    assert all(numbers == sorted(numbers) for numbers in found.values())
    assert sum(written.values()) > 50
