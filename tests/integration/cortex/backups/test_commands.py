# SPDX-License-Identifier: Apache-2.0
"""`backup`, `restore` and `verify-restore` as people type them: what they say, and what they refuse."""

import errno
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pyrage
import pytest
from django.core.management import call_command

from cortex.backups.archive import measured_in, seal
from cortex.backups.errors import (
    AdministratorMustBeNamed,
    AdministratorMustSeeEverything,
    BackupKeyMustBeReadable,
    BackupMustBeReadable,
    BackupMustBeWritten,
    BackupMustNotBeNewer,
    BackupMustNotBeOld,
    DatabaseMustBeEmpty,
    DatabaseMustBeReachable,
    DatabaseToolMustSucceed,
    ServerMustNotBeOlder,
)
from cortex.backups.models import Backup
from cortex.backups.report import Contents
from cortex.backups.take_backup import take_backup
from cortex.container.override import override
from cortex.database.provision import APPLICATION
from cortex.errors import CortexError
from cortex.identity.console import FileMustBeReadable, FileMustBeWritable
from cortex.ports.clock import Clock
from tests.factories.clocks import ClockAhead
from tests.frame.server import PASSWORDS, server
from tests.integration.cortex.backups.conftest import CONSOLE, Drill, count_of_tables

pytestmark = pytest.mark.slow


@dataclass
class Console:
    """A directory with the operator's files, and what the commands said."""

    drill: Drill
    directory: Path
    said: str = ""
    complained: str = ""

    @property
    def backup(self) -> Path:
        return self.directory / "books.age"

    @property
    def key(self) -> Path:
        return self.directory / "backup.key"

    def run(self, name: str, *words: object) -> None:
        out, complaints = StringIO(), StringIO()
        try:
            call_command(name, *map(str, words), stdout=out, stderr=complaints)
        finally:
            self.said, self.complained = out.getvalue(), complaints.getvalue()

    def take(self, *words: object) -> None:
        recipient = self.drill.identities[0].to_public()
        self.run("backup", "--out", self.backup, "--recipient", recipient, *words)

    def restore(self, *words: object) -> None:
        target = ("--identity", self.key, "--database", self.drill.target)
        self.run("restore", self.backup, *target, *words)

    def verify(self, *words: object) -> None:
        target = ("--identity", self.key, "--database", self.drill.target)
        self.run("verify_restore", self.backup, *target, *words)

    def leaves(self) -> list[str]:
        """Return the verbs of the leaves of backups."""
        with psycopg.connect(self.drill.live.admin_dsn) as admin:
            rows = admin.execute(
                "SELECT said ->> 'verb' FROM"
                " (SELECT id, convert_from(body, 'UTF8')::jsonb AS said FROM audit_entry) AS entries"
                " WHERE starts_with(said ->> 'verb', 'backups.') ORDER BY id"
            ).fetchall()
        return [verb for (verb,) in rows]

    def forge(self, **changes: Any) -> None:
        """Write a backup that says something else of itself, as a later release would."""
        sealed = BytesIO(self.backup.read_bytes())
        contents = Contents.parse(measured_in(archive=sealed, identities=self.drill.identities))
        recipients = [each.to_public() for each in self.drill.identities]
        with self.backup.open("wb") as out:
            changed = replace(contents, **changes).pack()
            seal(measured=changed, dump=BytesIO(b"PGDMP"), out=out, recipients=recipients)


@pytest.fixture
def console(drill: Drill, tmp_path: Path) -> Console:
    """Give the operator of the demo company, with the key that opens backups."""
    console = Console(drill, tmp_path)
    console.key.write_text(str(drill.identities[0]))
    return console


class TestTheThree:
    def test_back_up_restore_and_compare(self, console: Console) -> None:
        console.take()
        assert "rows" in console.said
        assert console.complained == ""
        console.restore()
        assert "Compare it" in console.said
        report = console.directory / "report.json"
        console.verify("--report", report)
        assert f"{console.drill.target}: equal" in console.said
        assert orjson.loads(report.read_bytes())["result"] == "equal"
        assert console.leaves() == ["backups.backup.taken", "backups.restore.verified"]
        # A second restore finds the books of the first one, and leaves them alone.
        with pytest.raises(DatabaseMustBeEmpty):
            console.restore()
        console.drill.tamper(
            "audit_entry", "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)"
        )
        with pytest.raises(SystemExit):
            console.verify()
        assert "DIFFERENT tables: audit_entry" in console.said
        assert console.leaves()[-1] == "backups.restore.differed"


class TestBackup:
    def test_is_refused_where_there_is_no_place_for_it(self, console: Console) -> None:
        with pytest.raises(FileMustBeWritable):
            console.run(
                "backup", "--out", "/dev/full", "--recipient", console.drill.identities[0].to_public()
            )
        with open("/dev/full", "wb", buffering=0) as full, pytest.raises(BackupMustBeWritten):  # noqa: PTH123
            take_backup(out=full, recipients=[console.drill.identities[0].to_public()], taken_by=CONSOLE)
        assert console.leaves() == []

    def test_is_logged_only_once_its_file_is_whole(
        self, console: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(descriptor: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr("cortex.identity.console.os.fsync", refuse)
        with pytest.raises(FileMustBeWritable):
            console.take()
        assert list(console.directory.iterdir()) == [console.key]
        assert console.leaves() == []
        assert not Backup.objects.exists()

    @pytest.mark.parametrize(
        ("url", "error"),
        [
            ("", AdministratorMustBeNamed),
            ("postgresql://nobody@/none?host=/nowhere", DatabaseMustBeReachable),
            ("{application}", AdministratorMustSeeEverything),
        ],
        ids=["unnamed", "away", "without sight"],
    )
    def test_is_refused_to_whoever_does_not_see_everything(
        self, console: Console, monkeypatch: pytest.MonkeyPatch, url: str, error: type[CortexError]
    ) -> None:
        application = server().url(APPLICATION, PASSWORDS[APPLICATION], console.drill.live.name)
        monkeypatch.setenv("DATABASE_ADMIN_URL", url.format(application=application))
        with pytest.raises(error) as refused:
            console.take()
        assert PASSWORDS[APPLICATION] not in refused.value.message
        assert list(console.directory.iterdir()) == [console.key]
        assert console.leaves() == []

    def test_is_refused_for_a_recipient_that_is_none(self, console: Console) -> None:
        with pytest.raises(BackupKeyMustBeReadable):
            console.run("backup", "--out", console.backup, "--recipient", "age1nobody")
        assert not console.backup.exists()


class TestRestore:
    def test_of_a_later_release_is_refused(self, console: Console) -> None:
        console.take()
        console.forge(migrations=("accounting.9999_tomorrow",))
        with pytest.raises(BackupMustNotBeNewer, match="9999_tomorrow"):
            console.restore()
        console.forge(server_version=990_000, migrations=())
        with pytest.raises(ServerMustNotBeOlder):
            console.restore()
        # Its own words are right, but what follows is no dump.
        console.forge(server_version=1, migrations=())
        with pytest.raises(DatabaseToolMustSucceed):
            console.restore()
        assert count_of_tables(console.drill.target_dsn) == 0

    def test_is_refused_without_its_files(self, console: Console) -> None:
        with pytest.raises(FileMustBeReadable):
            console.restore()
        console.backup.write_bytes(b"age-encryption.org/v1\n")
        with pytest.raises(BackupMustBeReadable):
            console.restore()
        console.key.write_text("# nothing\n")
        with pytest.raises(BackupKeyMustBeReadable):
            console.restore()
        console.key.unlink()
        with pytest.raises(FileMustBeReadable):
            console.restore()
        assert count_of_tables(console.drill.target_dsn) == 0

    def test_is_refused_to_a_key_of_somebody_else(self, console: Console) -> None:
        console.take()
        console.key.write_text(str(pyrage.x25519.Identity.generate()))
        with pytest.raises(BackupMustBeReadable):
            console.restore()
        with pytest.raises(BackupMustBeReadable):
            console.verify()
        assert console.leaves() == ["backups.backup.taken"]

    def test_of_one_that_should_have_ended_is_refused_unless_it_is_wanted(self, console: Console) -> None:
        console.take()
        with override(Clock, ClockAhead(by=timedelta(days=31))):
            with pytest.raises(BackupMustNotBeOld, match="at most 30 days, got 31"):
                console.restore()
            assert count_of_tables(console.drill.target_dsn) == 0
            console.restore("--old")
        assert count_of_tables(console.drill.target_dsn) > 0
