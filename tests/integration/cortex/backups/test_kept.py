# SPDX-License-Identifier: Apache-2.0
"""The schedule takes a backup as a role that only reads, and ends what is older than it may be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from prometheus_client import REGISTRY
from psycopg import sql
from pytest_django import Settings
from structlog.testing import capture_logs

from cortex import clock
from cortex.backups.archive import Written
from cortex.backups.evidence import record_backup
from cortex.backups.kept import end_old_backups, keep_backups
from cortex.backups.tasks import keep
from cortex.container.override import override
from cortex.observability.backups import backups_are_well, observe_backups
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from tests.factories.clocks import ClockAhead
from tests.frame.clones import Clone
from tests.frame.server import server
from tests.integration.cortex.backups.conftest import Drill
from tests.integration.cortex.backups.test_evidence import ANOTHER, backed_up, compared, contents

READER, PASSWORD = "cortex_backup_of_tests", "only-reads"
SCHEDULER = Principal.service("scheduler")
LEAVES = """
SELECT convert_from(body, 'UTF8')::jsonb ->> 'verb' FROM audit_entry
 WHERE object_type LIKE 'backups.%' ORDER BY id
"""


@pytest.fixture
def reader(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a role that sees everything and writes nothing, as the documents tell to make it."""
    name = sql.Identifier(READER)
    with psycopg.connect(drill.live.admin_dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN BYPASSRLS PASSWORD {}").format(name, sql.Literal(PASSWORD))
        )
        admin.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(name))
        database = sql.Identifier(drill.live.name)
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
        monkeypatch.delenv("DATABASE_ADMIN_URL")
        yield server().url(READER, PASSWORD, drill.live.name)
        admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
        admin.execute(sql.SQL("DROP ROLE {}").format(name))


def leaves(database: Clone) -> list[str]:
    with psycopg.connect(database.admin_dsn) as admin:
        return [verb for (verb,) in admin.execute(LEAVES).fetchall()]


def old_files(directory: Path) -> list[str]:
    """Put files of the schedule there, one day and forty days old, and one of somebody else."""
    names = [f"cortex-{clock.now() - timedelta(days=days):%Y%m%dT%H%M%SZ}.age" for days in (1, 40)]
    for name in (*names, "other.age"):
        (directory / name).write_bytes(b"sealed")
    return names


class TestTheSchedule:
    @pytest.mark.slow
    def test_takes_one_that_can_be_restored_and_ends_the_old(
        self, drill: Drill, reader: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_BACKUP_URL", reader)
        settings.BACKUP_DIRECTORY = str(tmp_path)
        settings.BACKUP_RECIPIENTS = (str(drill.identities[0].to_public()),)
        young, old = old_files(tmp_path)
        keep()
        (new,) = {path.name for path in tmp_path.iterdir()} - {young, "other.age"}
        assert not (tmp_path / old).exists()
        assert leaves(drill.live) == ["backups.backup.taken", "backups.backup.ended"]
        monkeypatch.setenv("DATABASE_ADMIN_URL", drill.live.admin_dsn)
        sealed = (tmp_path / new).read_bytes()
        drill.restore(sealed)
        # The decision and the leaves since are not in it; whatever is in it is equal.
        assert drill.verify(sealed).is_equal

    @pytest.mark.slow
    def test_tells_what_contradicts_itself_in_it(
        self, drill: Drill, reader: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_BACKUP_URL", reader)
        settings.BACKUP_DIRECTORY = str(tmp_path)
        settings.BACKUP_RECIPIENTS = (str(drill.identities[0].to_public()),)
        with psycopg.connect(drill.live.admin_dsn) as admin:
            admin.execute("UPDATE accounting_account_period_balance SET debit_minor = debit_minor + 1")
        with capture_logs() as told:
            keep()
        (doubt,) = (each for each in told if each["event"] == "backup_contradicts_itself")
        assert "expected the sums of their lines" in doubt["doubt"]

    def test_ends_nothing_when_no_new_one_was_taken(
        self, committed_database: Clone, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_BACKUP_URL", "postgresql://nobody@/none?host=/nowhere")
        settings.BACKUP_DIRECTORY = str(tmp_path)
        old = old_files(tmp_path)[1]
        with capture_logs() as told:
            keep()
        assert [each["code"] for each in told if each["event"] == "backup_was_not_taken"] == [
            "backups.database_must_be_reachable"
        ]
        assert (tmp_path / old).exists()
        assert len(list(tmp_path.iterdir())) == 3
        assert leaves(committed_database) == []

    def test_does_nothing_where_no_directory_is_named(self, committed_database: Clone) -> None:
        assert keep_backups(directory=None, recipients=(), kept_days=30, kept_by=SCHEDULER) is None
        assert leaves(committed_database) == []

    def test_is_the_schedules_alone(self, committed_database: Clone, tmp_path: Path) -> None:
        old_files(tmp_path)
        stranger = Principal.service("reporting")
        with pytest.raises(AccessMustBeGranted):
            keep_backups(directory=tmp_path, recipients=(), kept_days=30, kept_by=stranger)
        with pytest.raises(AccessMustBeGranted):
            end_old_backups(directory=tmp_path, before=clock.now(), ended_by=stranger)
        assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.django_db
class TestProbe:
    def test_says_nothing_where_nobody_backs_up_with_this_program(self) -> None:
        assert "backups" not in Client().get("/health/ready").json()["parts"]

    def test_warns_where_none_was_taken_though_one_is_configured(self, settings: Settings) -> None:
        settings.BACKUP_DIRECTORY = "/backups"
        answer = Client().get("/health/ready")
        assert (answer.status_code, answer.json()["parts"]["backups"]) == (200, "degraded")

    @pytest.mark.parametrize(
        ("backups", "restores", "is_young"),
        [
            ([0], [], True),
            ([1, 34], [], True),
            ([0, 36], [], False),
            ([0, 36], [34], True),
            ([0, 36], [36], False),
            ([3], [0], False),
        ],
    )
    def test_warns_when_the_newest_is_old(
        self, backups: list[int], restores: list[int], is_young: bool
    ) -> None:
        for days in backups:
            backed_up(days_ago=days)
        for days in restores:
            with override(Clock, ClockAhead(by=-timedelta(days=days))):
                compared()
        compared(ANOTHER)
        assert backups_are_well() is is_young

    def test_warns_when_the_newest_contradicts_itself(self) -> None:
        found = contents(days_ago=0)
        doubtful = {
            name: replace(each, doubts=("1 stored balances",)) for name, each in found.measured.items()
        }
        written = Written(BytesIO())
        written.write(b"sealed")
        assert backups_are_well() is None
        record_backup(contents=replace(found, measured=doubtful), written=written, taken_by=SCHEDULER)
        assert backups_are_well() is False
        backed_up()
        assert backups_are_well() is True

    def test_tells_scrapers_the_ages(self) -> None:
        backed_up(days_ago=2)
        compared(ANOTHER)
        observe_backups()
        age = REGISTRY.get_sample_value("cortex_backup_age_seconds")
        assert age is not None
        assert 172_800 <= age < 172_900
