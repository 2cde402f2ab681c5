# SPDX-License-Identifier: Apache-2.0
"""Every use of a key is counted, by whichever process; what a process counted is added up once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import psycopg
import pytest
from django.db import OperationalError, connections

from cortex.canonical_json import canonical_digest
from cortex.container.override import override
from cortex.container.scopes import scope
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.secrets.count_key_uses import COUNTED, count_key_uses, count_statement
from cortex.secrets.hooks import write_owed_uses
from cortex.secrets.key_uses import USES, KeyUses
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.keyring.watched import WatchedKeys
from cortex.secrets.models import KeyUse, KeyUseCount
from cortex.secrets.tasks import add_up_key_uses
from tests.factories.clocks import StoppedClock
from tests.factories.leaves import watched_leaves
from tests.frame.clones import Clone

SCHEDULER = Principal.service("scheduler")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HERE = {"object": "file/1"}
TALLY = """
INSERT INTO secrets_key_tally
VALUES (gen_random_uuid(), 'local', 'cortex-tokens', 1, 'sign', 'web', 3, now(), now())
"""


def watched(uses: KeyUses) -> WatchedKeys:
    return WatchedKeys(LocalKeyManagement(InstallationKeys(secret_key="kept")), note=uses.note)


@pytest.fixture
def clock() -> Iterator[StoppedClock]:
    hands = StoppedClock(NOON)
    with override(Clock, hands):
        yield hands


def sign(keys: WatchedKeys, times: int, *, key_id: str = "cortex-tokens") -> None:
    for _ in range(times):
        keys.sign(key_id=key_id, message=b"token")


def counts() -> list[tuple[str, int, list[dict[str, str | int]]]]:
    return [(row.key_id, row.use_count, row.uses) for row in KeyUseCount.objects.order_by("id")]


@pytest.mark.django_db
class TestCounts:
    def test_have_every_use_of_each_version_and_operation(self, clock: StoppedClock) -> None:
        keys = watched(KeyUses())
        with scope(kind="command"):
            sign(keys, 7)
            made = [keys.encrypt(key_id="cortex-letters", plaintext=b"text", context=HERE) for _ in range(3)]
            for each in [*made, *made]:
                keys.decrypt(ciphertext=each, context=HERE)
        clock.at = NOON + timedelta(minutes=5)
        with watched_leaves() as leaves:
            count_key_uses(counted_by=SCHEDULER)
        assert leaves.verbs == [COUNTED, COUNTED]
        version = KeyUse.objects.filter(key_id="cortex-letters")[0].version
        told = {"version": version, "process": "command"}
        letters, tokens = counts()
        assert letters == (
            "cortex-letters",
            9,
            [{**told, "operation": "decrypt", "count": 6}, {**told, "operation": "encrypt", "count": 3}],
        )
        assert tokens[:2] == ("cortex-tokens", 7)
        rows = {row.id: row for row in KeyUseCount.objects.all()}
        assert (
            [rows[each.object_id].digest for each in leaves.records]
            == [canonical_digest(count_statement(rows[each.object_id])) for each in leaves.records]
            == [each.digest for each in leaves.records]
        )
        assert {(row.since_at, row.until_at) for row in rows.values()} == {(NOON, NOON)}

    def test_go_on_after_the_first_use_of_an_hour(self, clock: StoppedClock) -> None:
        uses = KeyUses()
        keys = watched(uses)
        for minute in (0, 1, 2):
            clock.at = NOON + timedelta(minutes=minute)
            # A minute went by.
            uses._look_at = 0.0
            with scope(kind="command"):
                sign(keys, 2)
        assert KeyUse.objects.count() == 1
        count_key_uses(counted_by=SCHEDULER)
        (row,) = KeyUseCount.objects.all()
        assert (row.use_count, row.since_at, row.until_at) == (6, NOON, NOON + timedelta(minutes=2))

    def test_of_several_processes_are_added_up_in_one_leaf(self, clock: StoppedClock) -> None:
        for times in (1, 2, 4):
            with scope(kind="command"):
                sign(watched(KeyUses()), times)
        with watched_leaves() as leaves:
            add_up_key_uses()
            add_up_key_uses()
        assert leaves.verbs == [COUNTED]
        assert [each[:2] for each in counts()] == [("cortex-tokens", 7)]

    def test_wait_a_minute_so_that_a_use_costs_no_statement(self, clock: StoppedClock) -> None:
        uses = KeyUses()
        keys = watched(uses)
        for _ in range(5):
            with scope(kind="command"):
                sign(keys, 1)
        count_key_uses(counted_by=SCHEDULER)
        # The others are told with the next use after a minute, or at the end.
        assert [each[1] for each in counts()] == [1]
        uses.write()
        count_key_uses(counted_by=SCHEDULER)
        assert [each[1] for each in counts()] == [1, 4]

    def test_are_written_at_the_end_of_a_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(USES, "_owe")
        monkeypatch.delattr(USES, "_count")
        USES._start_anew()
        sign(WatchedKeys(LocalKeyManagement(InstallationKeys(secret_key="kept")), note=USES.note), 9)
        write_owed_uses()
        USES._start_anew()
        count_key_uses(counted_by=SCHEDULER)
        assert [each[1] for each in counts()] == [9]

    def test_outlast_a_database_that_is_away(
        self, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise OperationalError("away")

        uses = KeyUses()
        with monkeypatch.context() as patched:
            patched.setattr("cortex.secrets.record_key_uses._append", away)
            with scope(kind="command"):
                sign(watched(uses), 3)
        clock.at = NOON + timedelta(minutes=1)
        sign(watched(uses), 2)
        uses.write()
        count_key_uses(counted_by=SCHEDULER)
        (row,) = KeyUseCount.objects.all()
        assert (row.use_count, row.since_at) == (5, NOON)

    def test_of_many_threads_miss_none(self) -> None:
        uses, barrier = KeyUses(), Barrier(8)
        kind = b"cx1:local:cortex-tokens:1:made"

        def use() -> None:
            barrier.wait()
            for _ in range(2_000):
                uses._count(("sign", *kind.split(b":")[1:4]))

        threads = [Thread(target=use) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert list(uses._counts.values()) == [16_000]


class TestAddingUp:
    def test_takes_each_tally_once_while_others_add_up_and_commit_late(
        self, committed_database: Clone
    ) -> None:
        dsn = committed_database.admin_dsn
        with psycopg.connect(dsn) as slow, psycopg.connect(dsn, autocommit=True) as admin:
            slow.execute(TALLY)
            for _ in range(20):
                admin.execute(TALLY)
            barrier = Barrier(4)

            def add_up() -> None:
                barrier.wait()
                count_key_uses(counted_by=SCHEDULER)
                connections.close_all()

            threads = [Thread(target=add_up) for _ in range(4)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            total = "SELECT sum(use_count) FROM secrets_key_use_count"
            assert admin.execute(total).fetchall() == [(60,)]
            slow.commit()
            count_key_uses(counted_by=SCHEDULER)
            assert admin.execute(total).fetchall() == [(63,)]
            assert admin.execute("SELECT count(*) FROM secrets_key_tally").fetchall() == [(0,)]

    @pytest.mark.django_db
    def test_leaves_nothing_where_no_key_was_used(self) -> None:
        with watched_leaves() as leaves:
            assert count_key_uses(counted_by=SCHEDULER) == []
        assert leaves.verbs == []
