# SPDX-License-Identifier: Apache-2.0
"""A backup is restored for real, and the restored books are compared with what was measured before."""

import hashlib

import psycopg
import pyrage
import pytest

from apps.audit.services.advance_log import advance_log
from cortex.backups.errors import BackupMustBeReadable, DatabaseMustBeEmpty
from tests.factories.log import LocalSigner, LocalWitnesses
from tests.integration.cortex.backups.conftest import Drill, count_of_tables

pytestmark = pytest.mark.slow


def newest_leaves(drill: Drill) -> list[tuple[str, str]]:
    """Return verb and digest of the two newest leaves of the live books."""
    with psycopg.connect(drill.live.admin_dsn) as admin:
        rows = admin.execute(
            "SELECT said ->> 'verb', said ->> 'digest'"
            " FROM (SELECT id, convert_from(body, 'UTF8')::jsonb AS said FROM audit_entry) AS entries"
            " ORDER BY id DESC LIMIT 2"
        ).fetchall()
    return [(verb, digest) for verb, digest in rows]


class TestRestore:
    def test_gives_the_books_of_the_backup_and_is_logged(self, drill: Drill) -> None:
        sealed = drill.take()
        drill.restore(sealed)
        verified = drill.verify(sealed)
        assert (list(verified.differences), list(verified.doubts)) == ([], [])
        assert verified.got["books"].values["DEMO EUR"].startswith("debit ")
        digest = hashlib.sha256(verified.report()).hexdigest()
        assert newest_leaves(drill)[0] == ("backups.restore.verified", digest)
        assert newest_leaves(drill)[1][0] == "backups.backup.taken"

    def test_tells_what_was_changed_since(self, drill: Drill) -> None:
        sealed = drill.take()
        drill.restore(sealed)
        drill.tamper(
            "accounting_journal_line",
            "UPDATE accounting_journal_line SET amount_minor = amount_minor + 100 WHERE line_no = 1",
        )
        drill.tamper("audit_entry", "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")
        verified = drill.verify(sealed)
        assert not verified.is_equal
        assert {each.name for each in verified.differences} >= {"books: DEMO EUR", "tables: audit_entry"}
        assert any("debit and credit differ" in doubt for doubt in verified.doubts)
        assert newest_leaves(drill)[0][0] == "backups.restore.differed"
        assert any("stored balances" in doubt for doubt in verified.doubts)

    def test_tells_a_log_that_its_checkpoint_does_not_sign(self, drill: Drill) -> None:
        size = advance_log(signer=LocalSigner(), witnesses=LocalWitnesses())
        sealed = drill.take()
        drill.restore(sealed)
        measured = drill.verify(sealed).got["log"]
        assert (measured.values["leaves"], measured.values["checkpoint"]) == (str(size), str(size))
        assert not measured.doubts
        drill.tamper(
            "audit_entry",
            "UPDATE audit_entry SET"
            " body = convert_to(replace(convert_from(body, 'UTF8'), 'verb', 'werb'), 'UTF8')",
        )
        verified = drill.verify(sealed)
        assert {each.name for each in verified.differences} == {"log: root"}
        assert [doubt.partition(":")[0] for doubt in verified.doubts] == ["log"]
        assert "of the leaves" in verified.doubts[0]

    def test_takes_no_database_that_has_something(self, drill: Drill) -> None:
        sealed = drill.take()
        drill.restore(sealed)
        with pytest.raises(DatabaseMustBeEmpty):
            drill.restore(sealed)

    @pytest.mark.parametrize("cut", [1, 1_000, 80_000])
    def test_of_a_cut_backup_leaves_nothing(self, drill: Drill, cut: int) -> None:
        sealed = drill.take()
        with pytest.raises(BackupMustBeReadable):
            drill.restore(sealed[:-cut])
        assert count_of_tables(drill.target_dsn) == 0

    def test_of_a_changed_backup_leaves_nothing(self, drill: Drill) -> None:
        sealed = bytearray(drill.take())
        sealed[len(sealed) // 2] ^= 1
        with pytest.raises(BackupMustBeReadable):
            drill.restore(bytes(sealed))
        assert count_of_tables(drill.target_dsn) == 0

    def test_opens_for_nobody_else(self, drill: Drill) -> None:
        sealed = drill.take()
        assert b"Demo" not in sealed
        drill.identities = [pyrage.x25519.Identity.generate()]
        with pytest.raises(BackupMustBeReadable):
            drill.restore(sealed)
