# SPDX-License-Identifier: Apache-2.0
"""What is kept of backups and comparisons: a row and a leaf that nobody takes back."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from cortex import clock
from cortex.backups.archive import Written
from cortex.backups.evidence import record_backup, record_verification
from cortex.backups.measures import Measured
from cortex.backups.models import Backup, Verification
from cortex.backups.report import Contents, Differing
from cortex.backups.selectors import newest_backup, newest_verified_restore
from cortex.backups.verified import Verified
from cortex.ids import uuid7
from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator
from tests.integration.cortex.backups.conftest import CONSOLE

ROOT = "ab" * 32
MEASURED = {
    "log": Measured({"leaves": "40", "root": ROOT}),
    "books": Measured({"DEMO EUR": "debit 71234, credit 71234, balances 0"}),
}


def contents(*, days_ago: int = 0) -> Contents:
    return Contents(
        taken_at=clock.now() - timedelta(days=days_ago),
        database="books",
        server_version=180_004,
        system_identifier=1,
        next_xid=1,
        migrations=(),
        measured=MEASURED,
    )


def backed_up(*, days_ago: int = 0) -> Backup:
    written = Written(BytesIO())
    written.write(b"sealed")
    return record_backup(contents=contents(days_ago=days_ago), written=written, taken_by=CONSOLE)


def compared(*differing: Differing, days_ago: int = 0) -> Verified:
    verified = Verified(
        id=uuid7(), contents=contents(days_ago=days_ago), got=MEASURED, differences=differing, doubts=()
    )
    record_verification(verified=verified, database="drill", verified_by=CONSOLE)
    return verified


ANOTHER = Differing(name="log: root", expected=ROOT, got="cd" * 32)


def leaf(database: Clone, object_id: UUID) -> dict[str, Any]:
    """Return the leaf of the platform about this object."""
    with psycopg.connect(database.admin_dsn) as admin:
        query = "SELECT body FROM audit_entry WHERE object_id = %s"
        ((body,),) = admin.execute(query, [object_id]).fetchall()
    said: dict[str, Any] = orjson.loads(body)
    return said


class TestEvidence:
    def test_of_a_backup_is_a_row_and_a_leaf(self, committed_database: Clone) -> None:
        backup = backed_up()
        assert (backup.file_bytes, backup.taken_by, backup.doubt_count) == (6, "service:console", 0)
        assert backup.measured["log"]["root"] == ROOT
        # What companies own is there as a digest alone.
        assert list(backup.measured["books"]) == ["SHA-256 of all"]
        said = leaf(committed_database, backup.id)
        assert (said["verb"], said["digest"]) == ("backups.backup.taken", backup.digest)

    def test_of_a_comparison_has_the_digest_of_its_report(self, committed_database: Clone) -> None:
        verified = compared(ANOTHER)
        row = Verification.objects.get()
        assert (row.is_equal, row.difference_count, row.backup_digest) == (False, 1, verified.contents.digest)
        assert row.expected["log"] == row.got["log"]
        said = leaf(committed_database, verified.id)
        assert (said["verb"], said["digest"]) == ("backups.restore.differed", row.report_digest)

    @pytest.mark.django_db
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_is_never_taken_back(self, change: str) -> None:
        backed_up()
        compared()
        for rows in (Backup.objects.all(), Verification.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(database="x") if change == "update" else rows.delete()
        assert (Backup.objects.get().database, Verification.objects.get().database) == ("books", "drill")


@pytest.mark.django_db
class TestNewest:
    def test_is_nothing_before_the_first(self) -> None:
        compared(ANOTHER)
        assert (newest_backup(), newest_verified_restore()) == (None, None)

    def test_counts_what_was_equal_alone(self) -> None:
        backed_up(days_ago=3)
        newest = backed_up(days_ago=1)
        backed_up(days_ago=2)
        equal = compared(days_ago=3)
        compared(ANOTHER)
        taken, restored = newest_backup(), newest_verified_restore()
        assert taken is not None
        assert taken.id == newest.id
        assert restored is not None
        assert (restored.id, restored.backup_taken_at) == (equal.id, equal.contents.taken_at)


@pytest.mark.django_db(databases=["default", "service"])
class TestPages:
    def test_show_the_platforms_administrators_what_was_expected_and_found(self) -> None:
        paula = sign_in(Client(), platform_administrator("paula"))
        backup, verified = backed_up(), compared(ANOTHER)
        assert "without doubts" in page(paula.get("/admin/backups/backup/"))
        shown = page(paula.get(f"/admin/backups/backup/{backup.id}/change/"))
        assert ROOT in shown
        assert "71234" not in shown
        assert ">different<" in page(paula.get("/admin/backups/verification/"))
        assert verified.contents.digest in page(
            paula.get(f"/admin/backups/verification/{verified.id}/change/")
        )

    def test_are_for_nobody_else(self) -> None:
        backup, people = backed_up(), cast()
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in ("", f"{backup.id}/change/"):
                answer = client.get(f"/admin/backups/backup/{path}")
                assert answer.status_code in (302, 403, 404)
                assert backup.digest not in answer.content.decode()
