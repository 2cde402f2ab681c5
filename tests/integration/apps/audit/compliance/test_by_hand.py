# SPDX-License-Identifier: Apache-2.0
"""What people do by hand is recorded and counts for a while; exceptions are ended before their day."""

from datetime import timedelta
from hashlib import sha256
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from apps.audit.domain.compliance.errors import (
    ExceptionMustCount,
    PackMustExist,
    ProcedureMustExist,
    RecordMustBePlain,
)
from apps.audit.domain.compliance.exception_document import exception_end_document
from apps.audit.models import ControlException, ExceptionEnd, ProcedureRecord
from apps.audit.selectors.compliance.by_hand import performed_by
from apps.audit.services.compliance.end_exception import end_exception
from apps.audit.services.compliance.exception_kind import EXCEPTION_KIND, propose_exception
from apps.audit.services.compliance.record_procedure import record_procedure
from apps.audit.services.compliance.tell_posture import tell_posture
from cortex.approvals.models import Proposal
from cortex.container.override import override
from cortex.errors import CortexError
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.books import open_books
from tests.factories.clocks import clock_after
from tests.factories.leaves import watched_leaves
from tests.factories.people import let_in
from tests.factories.sessions import sign_in, with_factor
from tests.integration.apps.audit.compliance.packs import Signer, agreed, in_force
from tests.integration.cortex.policy_versions.people import Administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

CONTROL = "/admin/audit/compliancepack/controls/demo/A.5.1/"
RECORD = "/admin/audit/procedurerecord/record/"


@pytest.fixture(autouse=True)
def pack_in_force(people: Administrators, signed_by: Signer) -> None:
    in_force(signed_by, by=people.alice, second=people.bob)


def given(**other: Any) -> dict[str, Any]:
    return {
        "pack_name": "demo",
        "procedure_id": "read",
        "performed_date": get(Clock).now().date(),
        "outcome": "passed",
        "method": "EXAMINE",
        "note": "Read with the board.",
        "evidence_sha256": "ab" * 32,
        **other,
    }


def state(people: Administrators, control_id: str = "A.5.1") -> str:
    posture = tell_posture(pack_name="demo", reader=people.alice)
    return str(next(each.state for each in posture.controls if each.control.id == control_id))


def excepted(people: Administrators) -> ControlException:
    ends = get(Clock).now().date() + timedelta(days=30)
    asked = {"pack_name": "demo", "control_id": "A.5.1", "reason": "The board meets late.", "ends_date": ends}
    propose_exception(**asked, proposed_by=people.alice)
    agreed(Proposal.objects.get(kind=EXCEPTION_KIND), by=people.bob)
    return ControlException.objects.get()


class TestRecord:
    def test_counts_until_the_interval_is_over(self, people: Administrators) -> None:
        assert state(people) == "by hand"
        with watched_leaves() as watched:
            row = record_procedure(**given(), recorded_by=people.alice)
        (leaf,) = (each for each in watched.records if each.verb == "audit.procedure.record")
        document = performed_by(row).document
        assert (leaf.object_id, leaf.digest, leaf.details) == (row.id, sha256(document).hexdigest(), {})
        assert row.recorded_by == people.alice.urn
        assert state(people) == "met"
        with override(Clock, clock_after(timedelta(days=92))):
            assert state(people) == "unknown"

    def test_is_replaced_by_a_later_one_and_kept(self, people: Administrators) -> None:
        record_procedure(**given(), recorded_by=people.alice)
        record_procedure(**given(outcome="failed"), recorded_by=people.bob)
        assert state(people) == "not met"
        assert ProcedureRecord.objects.count() == 2
        rows = ProcedureRecord.objects.all()
        for change in (lambda: rows.update(outcome="passed"), rows.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_of_a_text_that_is_no_longer_in_force_says_nothing(
        self, people: Administrators, signed_by: Signer
    ) -> None:
        record_procedure(**given(), recorded_by=people.alice)
        same = PACK.replace("1.2.3", "1.3.0")
        in_force(signed_by, text=same, by=people.alice, second=people.bob)
        assert state(people) == "met"
        other = PACK.replace("1.2.3", "1.4.0").replace("Read it.", "Read it twice.")
        in_force(signed_by, text=other, by=people.alice, second=people.bob)
        assert state(people) == "by hand"

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"pack_name": "other"}, PackMustExist),
            ({"procedure_id": "dance"}, ProcedureMustExist),
            ({"outcome": "unknown"}, RecordMustBePlain),
            ({"method": "TEST"}, RecordMustBePlain),
            ({"note": " "}, RecordMustBePlain),
            ({"note": "x" * 1001}, RecordMustBePlain),
            ({"note": "Read\x1b[2K."}, RecordMustBePlain),
            ({"evidence_sha256": "AB" * 32}, RecordMustBePlain),
            ({"days": 1}, RecordMustBePlain),
        ],
    )
    def test_is_refused_where_it_is_not_plain(
        self, people: Administrators, change: dict[str, Any], refusal: type[CortexError]
    ) -> None:
        if "days" in change:
            change = {"performed_date": get(Clock).now().date() + timedelta(days=change["days"])}
        with pytest.raises(refusal):
            record_procedure(**given(**change), recorded_by=people.alice)
        assert not ProcedureRecord.objects.exists()

    def test_is_refused_to_whoever_administers_no_platform(self, people: Administrators) -> None:
        """A controller of a company answers for its books, not for the installation."""
        books = open_books()
        assert people.charlie.user_id is not None
        let_in(company_id=books.company_id, user_id=people.charlie.user_id, roles=["controller"])
        with books.entered(), pytest.raises(AccessMustBeGranted):
            record_procedure(**given(), recorded_by=people.charlie)
        assert not ProcedureRecord.objects.exists()


class TestEnd:
    def test_of_an_exception_counts_at_once_and_for_good(self, people: Administrators) -> None:
        record_procedure(**given(outcome="failed"), recorded_by=people.alice)
        granted = excepted(people)
        assert state(people) == "excepted"
        with watched_leaves() as watched:
            end = end_exception(exception_id=granted.id, reason="It met.", ended_by=people.alice)
        (leaf,) = (each for each in watched.records if each.verb == "audit.exception.end")
        document = exception_end_document(exception_id=granted.id, reason="It met.", ended_at=end.ended_at)
        assert (leaf.object_id, leaf.digest) == (end.id, sha256(document).hexdigest())
        assert state(people) == "not met"
        with pytest.raises(DatabaseError), transaction.atomic():
            end.delete()

    def test_is_not_ended_twice_nor_after_its_day(self, people: Administrators) -> None:
        granted = excepted(people)
        with override(Clock, clock_after(timedelta(days=31))), pytest.raises(ExceptionMustCount):
            end_exception(exception_id=granted.id, reason="Late.", ended_by=people.alice)
        end_exception(exception_id=granted.id, reason="It met.", ended_by=people.alice)
        for exception_id in (granted.id, uuid4()):
            with pytest.raises(ExceptionMustCount):
                end_exception(exception_id=exception_id, reason="Again.", ended_by=people.bob)
        assert ExceptionEnd.objects.get().reason == "It met."

    def test_is_refused_to_outsiders(self, people: Administrators) -> None:
        granted = excepted(people)
        with pytest.raises(AccessMustBeGranted):
            end_exception(exception_id=granted.id, reason="No.", ended_by=people.charlie)
        assert not ExceptionEnd.objects.exists()


@pytest.mark.django_db(databases=["default", "service"])
class TestAdministration:
    @pytest.fixture
    def alice(self) -> Client:
        return sign_in(Client(), with_factor(User.objects.get(username="alice")))

    def test_records_and_shows_it_at_the_control(self, alice: Client, people: Administrators) -> None:
        page = _seen(alice, CONTROL)
        assert "Nobody has recorded yet that it was done" in page
        assert f'href="{RECORD}?procedure=demo/read"' in page
        assert '<option value="demo/read" selected>' in _seen(alice, f"{RECORD}?procedure=demo/read")
        # A stranger's link says what it is about, and nothing of what came of it.
        assert "All is well." not in _seen(alice, f"{RECORD}?procedure=demo/read&note=All+is+well.")
        form = {**given(), "procedure": "demo/read", "performed_date": str(given()["performed_date"])}
        assert alice.post(RECORD, form).status_code == 302
        row = ProcedureRecord.objects.get()
        assert row.recorded_by == people.alice.urn
        page = _seen(alice, CONTROL)
        assert "Read with the board." in page
        assert "It counts until" in page
        assert ("ab" * 32)[:16] in page
        assert "Read with the board." in _seen(alice, f"/admin/audit/procedurerecord/{row.id}/change/")
        assert alice.post(RECORD, {**form, "performed_date": "2999-01-01"}).status_code == 422

    def test_shows_the_gap_of_what_failed(self, alice: Client, people: Administrators) -> None:
        record_procedure(**given(outcome="failed"), recorded_by=people.alice)
        assert "<code>read</code>: On" in _seen(alice, "/admin/audit/compliancepack/posture/")

    def test_ends_an_exception(self, alice: Client, people: Administrators) -> None:
        granted = excepted(people)
        url = f"/admin/audit/controlexception/{granted.id}/end/"
        assert url in _seen(alice, CONTROL)
        assert alice.post(url, {"reason": "It met."}).status_code == 302
        assert "It met." in _seen(alice, f"/admin/audit/controlexception/{granted.id}/change/")
        assert url not in _seen(alice, CONTROL)
        assert alice.post(url, {"reason": "Again."}).status_code == 403

    def test_is_closed_to_outsiders(self, people: Administrators) -> None:
        granted = excepted(people)
        User.objects.filter(username="charlie").update(is_staff=True)
        charlie = sign_in(Client(), with_factor(User.objects.get(username="charlie")))
        urls = (RECORD, f"/admin/audit/controlexception/{granted.id}/end/", "/admin/audit/procedurerecord/")
        assert [charlie.post(url).status_code for url in urls] == [403, 404, 403]


class TestConsole:
    def test_records_with_the_digest_of_a_file_and_ends(self, people: Administrators, tmp_path: Path) -> None:
        evidence = tmp_path / "minutes.pdf"
        evidence.write_bytes(b"minutes")
        today = str(get(Clock).now().date())
        words = ["demo", "read", "--on", today, "--outcome", "failed", "--method", "INTERVIEW"]
        _packs("record", *words, "--note", "Half of it.", "--evidence", str(evidence))
        row = ProcedureRecord.objects.get()
        assert (row.evidence_sha256, row.method, row.outcome) == (
            sha256(b"minutes").hexdigest(),
            "INTERVIEW",
            "failed",
        )
        assert f"read: fail. On {today} it failed." in _packs("posture")
        granted = excepted(people)
        assert _packs("end-exception", str(granted.id), "--reason", "It met.").startswith(str(granted.id))
        assert ExceptionEnd.objects.get().exception_id == UUID(str(granted.id))


def _packs(*words: str) -> str:
    out = StringIO()
    call_command("packs", "--as", "alice", *words, stdout=out)
    return out.getvalue()


def _seen(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())
