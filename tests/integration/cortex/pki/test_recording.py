# SPDX-License-Identifier: Apache-2.0
"""What the authority issued stands in the database and in the log, once for each certificate."""

from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cortex.pki.errors import CertificateMustBeKnown
from cortex.pki.models import Certificate
from cortex.pki.recording import Recorded, record_issued
from cortex.pki.revoking import revoke_certificate
from cortex.pki.selectors import recorded_certificates
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.frame.authority import Estate, now
from tests.frame.clones import Clone

CONSOLE = Principal.service("console")
CHARLIE = Principal(kind="service", id="reporting")


def leaves(database: Clone, verb: str) -> int:
    """Count leaves as an administrator of the database: those of the platform belong to no company."""
    with psycopg.connect(database.admin_dsn) as admin:
        rows = admin.execute("SELECT convert_from(body, 'UTF8')::jsonb FROM audit_entry").fetchall()
    return [body["verb"] for (body,) in rows].count(verb)


def record(estate: Estate, *, by: Principal = CONSOLE) -> Recorded:
    return record_issued(issued=estate.authority.issued(), recorded_by=by, at=now())


class TestRecording:
    def test_adds_each_certificate_once_with_its_leaf(
        self, committed_database: Clone, tmp_path: Path
    ) -> None:
        estate = Estate(tmp_path)
        web = estate.holding("web")
        assert record(estate) == Recorded(added=1, revoked=0)
        assert record(estate) == Recorded(added=0, revoked=0)
        (row,) = Certificate.objects.all()
        assert row.serial == f"{web.certificate().serial_number:x}"
        assert row.spiffe_id == "spiffe://cortex/web"
        assert row.ends_at == web.certificate().not_valid_after_utc
        assert leaves(committed_database, "pki.certificate.issue") == 1

    def test_notes_what_was_taken_back_since(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        web = estate.holding("web")
        record(estate)
        estate.revoke(web)
        assert record(estate) == Recorded(added=0, revoked=1)
        assert record(estate) == Recorded(added=0, revoked=0)
        assert Certificate.objects.get().revoked_at is not None
        assert leaves(committed_database, "pki.certificate.revoke") == 1

    def test_is_not_for_everybody(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        estate.holding("web")
        with pytest.raises(AccessMustBeGranted):
            record(estate, by=CHARLIE)
        assert not Certificate.objects.exists()
        assert leaves(committed_database, "pki.certificate.issue") == 0


class TestARecordedCertificate:
    @pytest.mark.parametrize("change", ["spiffe_id = 'spiffe://cortex/other'", "revoked_at = NULL"])
    def test_is_never_changed_once_it_was_taken_back(
        self, committed_database: Clone, tmp_path: Path, change: str
    ) -> None:
        estate = Estate(tmp_path)
        estate.revoke(estate.holding("web"))
        record(estate)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE pki_certificate SET {change}")
        assert Certificate.objects.get().spiffe_id == "spiffe://cortex/web"
        assert Certificate.objects.get().revoked_at is not None


class TestTakingBack:
    def test_reaches_the_authority_the_database_and_the_log(
        self, committed_database: Clone, tmp_path: Path
    ) -> None:
        estate = Estate(tmp_path)
        serial = f"{estate.holding('web').certificate().serial_number:x}"
        revoke_certificate(authority=estate.authority, serial=serial, revoked_by=CONSOLE, at=now())
        (line,) = estate.authority.issued()
        assert line.revoked_at is not None
        (row,) = recorded_certificates(principal=CONSOLE)
        assert row.revoked_at == line.revoked_at
        assert (
            leaves(committed_database, "pki.certificate.issue"),
            leaves(committed_database, "pki.certificate.revoke"),
        ) == (1, 1)

    def test_is_not_for_everybody(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        serial = f"{estate.holding('web').certificate().serial_number:x}"
        with pytest.raises(AccessMustBeGranted):
            revoke_certificate(authority=estate.authority, serial=serial, revoked_by=CHARLIE, at=now())
        assert estate.authority.issued()[0].revoked_at is None
        assert not Certificate.objects.exists()

    def test_needs_a_certificate_of_this_authority(self, committed_database: Clone, tmp_path: Path) -> None:
        with pytest.raises(CertificateMustBeKnown):
            revoke_certificate(
                authority=Estate(tmp_path).authority, serial="abc", revoked_by=CONSOLE, at=now()
            )
        assert leaves(committed_database, "pki.certificate.revoke") == 0


class TestLooking:
    def test_is_not_for_everybody(self, committed_database: Clone) -> None:
        with pytest.raises(AccessMustBeGranted):
            recorded_certificates(principal=CHARLIE)


class TestTheCommand:
    def test_records_lists_and_takes_back(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        serial = f"{estate.holding('web').certificate().serial_number:x}"
        place = f"--directory={estate.authority.directory}"
        out = StringIO()
        call_command("certificates", "record", place, stdout=out)
        call_command("certificates", "revoke", serial, place, stdout=out)
        call_command("certificates", "list", stdout=out)
        assert "1 recorded, 0 taken back" in out.getvalue()
        assert f"{serial}  revoked" in out.getvalue()
