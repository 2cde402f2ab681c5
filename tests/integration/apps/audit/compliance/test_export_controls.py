# SPDX-License-Identifier: Apache-2.0
"""How controls stood leaves the house: from what probes saw to a verdict on an empty machine."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import psycopg
import pytest
from django.core.management import call_command

from apps.audit.domain.archive.container import ArchiveMustFit
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.compliance.probe import failed
from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.domain.oscal.errors import AssessmentResultsMustBeValid
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.models import ControlException
from apps.audit.services.compliance.end_exception import end_exception
from apps.audit.services.compliance.exception_kind import EXCEPTION_KIND, propose_exception
from apps.audit.services.compliance.record_procedure import record_procedure
from apps.audit.services.compliance.run_checks import run_checks
from apps.audit.services.export_controls import export_controls
from apps.audit.services.export_evidence import export_company
from cortex.access_reviews.answer import Answer, answer_memberships
from cortex.access_reviews.answer_platform_role import answer_platform_role
from cortex.access_reviews.complete_platform_review import complete_platform_review
from cortex.access_reviews.complete_review import complete_review
from cortex.access_reviews.models import PlatformReviewItem
from cortex.access_reviews.open_platform_review import open_platform_review
from cortex.access_reviews.open_review import open_review
from cortex.access_reviews.selectors import answers_of
from cortex.approvals.models import Proposal
from cortex.container.override import override
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.clocks import clock_after
from tests.factories.evidence_log import content, verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.leaves import watched_leaves
from tests.factories.log import SigningLog
from tests.factories.people import just_signed_in, let_in, person
from tests.frame.census import census
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.packs import Signer, agreed, in_force
from tests.integration.apps.audit.compliance.test_runs import replaced
from tests.integration.cortex.access_reviews.reviewing import signing_in
from tests.integration.cortex.policy_versions.people import Administrators, administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK


@dataclass
class House:
    """Books of two companies, a pack in force, and a log that signs when it is told to."""

    clone: Clone
    packs: Signer
    people: Administrators
    books: Books
    others: Books
    log: SigningLog = field(default_factory=SigningLog)

    @property
    def pack_keys(self) -> dict[tuple[str, bytes], bytes]:
        key = self.packs.key
        return {(key.name, bytes.fromhex(key.text.split("+")[1])): key.public}

    def controls(self, size: int | None = None, *, by: Principal | None = None, **days: Any) -> bytes:
        out = io.BytesIO()
        export_controls(period=Period(**days), out=out, exported_by=by or self.people.alice, size=size)
        return out.getvalue()

    def company(self, size: int, *, by: Principal) -> bytes:
        out = io.BytesIO()
        with self.books.entered():
            export_company(
                company_id=self.books.company_id,
                size=size,
                period=Period(),
                out=out,
                exported_by=by,
                with_compliance=True,
            )
        return out.getvalue()

    def judged(self, archive: bytes) -> Any:
        return verdict(archive, keys=self.log.text(), pack_keys=self.pack_keys)


@pytest.fixture
def house(committed_database: Clone, signed_by: Signer) -> House:
    """Return a house in which the demo pack was run once."""
    people = administrators()
    house = House(committed_database, signed_by, people, open_books(code="ACME"), open_books(code="OTHER"))
    in_force(signed_by, by=people.alice, second=people.bob)
    run_checks(run_by=people.alice)
    return house


class TestExportControls:
    def test_gives_what_an_auditor_verifies_on_an_empty_machine(self, house: House, tmp_path: Path) -> None:
        """A rehearsal of an audit, by ourselves: nothing but Python, the archive, and two files of keys."""
        house.log.sign()
        archive = house.controls()
        (tmp_path / "controls.zip").write_bytes(archive)
        (tmp_path / "keys").write_text(house.log.text())
        (tmp_path / "packs").write_text(f"{house.packs.key.text}\n")
        with ZipFile(io.BytesIO(archive)) as opened:
            (tmp_path / "verify.py").write_bytes(opened.read("verify.py"))
            names = opened.namelist()
        command = [
            sys.executable,
            "-I",
            "-S",
            "verify.py",
            "controls.zip",
            "--log-key",
            "keys",
            "--pack-keys",
            "packs",
        ]

        def verified() -> tuple[int, str]:
            done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
            assert done.stderr == ""
            return done.returncode, done.stdout

        status, told = verified()
        assert status == 0, told
        assert "proved: The packs were signed by packs.example.com." in told
        for folder in ("compliance/evidence", "compliance/packs", "compliance/runs", "oscal"):
            name = next(each for each in names if each.startswith(folder) and each.endswith(".json"))
            original, flipped = content(archive, name), bytearray(archive)
            flipped[archive.index(original) + len(original) // 2] ^= 1
            (tmp_path / "controls.zip").write_bytes(flipped)
            status, told = verified()
            assert status == 1
            assert f"REFUSED: {name}: its content was changed" in told
        wrong = wrongly_told(archive, in_each_file(archive), lambda changed: house.judged(changed).refused)
        assert wrong == []

    def test_gives_the_same_bytes_whatever_is_done_afterwards(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        size = house.log.sign()
        archive = house.controls(size)
        replaced(monkeypatch, lambda asked: failed("It is ill."))
        run_checks(run_by=house.people.alice)
        _excepted(house)
        in_force(
            house.packs,
            text=PACK.replace("1.2.3", "1.3.0"),
            by=house.people.alice,
            second=house.people.bob,
        )
        run_checks(run_by=house.people.bob)
        newer = house.log.sign()
        assert house.controls(size) == archive
        both = house.controls(newer)
        told = house.judged(both)
        assert told.refused is None
        # The version that was replaced is judged as it stood when the next one came.
        former, present = (_end(both, version) for version in ("1.2.3", "1.3.0"))
        assert former < present
        assert sum("The OSCAL observations" in sentence for sentence in told.report.proved) == 2

    def test_tells_of_what_people_did_by_hand_and_of_exceptions_that_ended(self, house: House) -> None:
        today = get(Clock).now().date()
        read = {"pack_name": "demo", "procedure_id": "read", "method": "INTERVIEW", "evidence_sha256": None}
        record_procedure(
            **read, performed_date=today, outcome="passed", note="Read.", recorded_by=house.people.alice
        )
        _excepted(house)
        size = house.log.sign()
        before = house.controls(size)
        assert house.judged(before).refused is None
        assert _states(before) == {"CC6.1": "met", "A.5.1": "met"}
        end_exception(
            exception_id=ControlException.objects.get().id, reason="They came.", ended_by=house.people.bob
        )
        record_procedure(
            **read, performed_date=today, outcome="failed", note="Half.", recorded_by=house.people.bob
        )
        after = house.controls(house.log.sign())
        told = house.judged(after)
        assert told.refused is None
        assert "2 records of procedures are the ones that leaves fixed." in told.report.proved
        assert _states(after) == {"CC6.1": "met", "A.5.1": "not-met"}
        assert len(_named(after, "compliance/exception-ends/")) == 1
        # As the log knew it then: what came afterwards changes nothing.
        assert house.controls(size) == before
        assert house.judged(house.company(size, by=CONSOLE)).refused is None

    def test_tells_of_a_later_period_what_was_done_before_it(self, house: House) -> None:
        today = get(Clock).now().date()
        for outcome in ("failed", "passed"):
            record_procedure(
                pack_name="demo",
                procedure_id="read",
                performed_date=today,
                outcome=outcome,
                method="EXAMINE",
                note="Read.",
                evidence_sha256="ab" * 32,
                recorded_by=house.people.alice,
            )
        for days, state in ((9, "met"), (99, "unknown")):
            with override(Clock, clock_after(timedelta(days=days))):
                run_checks(run_by=house.people.alice)
                house.log.sign()
                archive = house.controls(from_date=today + timedelta(days=days - 1))
            assert house.judged(archive).refused is None
            assert _states(archive)["A.5.1"] == state
            assert len(_named(archive, "compliance/procedures/")) == 1

    def test_tells_of_a_period_with_what_still_counted_in_it(self, house: House) -> None:
        """What was seen the day before counts at the end of the day; what came after it is not told."""
        today = get(Clock).now().date()
        for days in (1, 2, 3):
            with override(Clock, clock_after(timedelta(days=days))):
                run_checks(run_by=house.people.alice)
        house.log.sign()
        with override(Clock, clock_after(timedelta(days=9))):
            archive = house.controls(from_date=today + timedelta(days=1), to_date=today + timedelta(days=1))
        told = house.judged(archive)
        assert told.refused is None
        # That of the day and the one before; those of the two days after are not of the period.
        assert len(_named(archive, "compliance/runs/")) == 2

    def test_is_refused_to_whoever_may_not_see_controls(self, house: House) -> None:
        """Charlie controls a company; the installation is none of Charlie's business."""
        charlie, size = person("dora"), house.log.sign()
        let_in(company_id=house.books.company_id, user_id=charlie.id, roles=["controller"])
        logged = ("audit_entry", "policy_decision")
        before = census(house.clone.admin_dsn, besides=logged)
        for export in (house.controls, house.company):
            with pytest.raises(AccessMustBeGranted):
                export(size, by=just_signed_in(charlie))
        assert census(house.clone.admin_dsn, besides=logged) == before

    def test_holds_signed_results_of_access_reviews(self, house: House, tmp_path: Path) -> None:
        """The platform's in the archive of the installation, a company's own in the company's."""
        with signing_in(tmp_path):
            platform, own = _platform_reviewed(house), _company_reviewed(house)
        size = house.log.sign()
        for archive, review_id in (
            (house.controls(size), platform),
            (house.company(size, by=CONSOLE), own),
        ):
            told = house.judged(archive)
            assert told.refused is None
            assert "1 results of access reviews are the ones that leaves fixed." in told.report.proved
            assert _named(archive, "compliance/reviews/") == [f"compliance/reviews/{review_id}.json"]

    def test_leaves_a_leaf_of_who_took_it_out(self, house: House) -> None:
        house.log.sign()
        with watched_leaves() as log:
            house.controls()
        assert log.verbs == ["audit.evidence.export"]

    def test_needs_a_checkpoint(self, house: House) -> None:
        with pytest.raises(LogMustCoverIt):
            house.controls()

    def test_is_bounded_and_never_leaves_what_is_not_valid(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house.log.sign()
        with monkeypatch.context() as patch:
            patch.setattr("apps.audit.selectors.compliance.assessed.RESULTS_MAX", 0)
            with pytest.raises(ArchiveMustFit):
                house.controls()
        monkeypatch.setattr("apps.audit.domain.oscal.assessment_results.OSCAL_VERSION", " ")
        with pytest.raises(AssessmentResultsMustBeValid) as refused:
            house.controls()
        assert "assessment-results/metadata/oscal-version" in refused.value.message

    def test_shows_what_a_superuser_edited_or_deleted(self, house: House) -> None:
        hidden, last = (run_checks(run_by=house.people.alice)[0].id for _ in range(2))
        size = house.log.sign()
        with psycopg.connect(house.clone.admin_dsn) as admin:
            for table, column in (("audit_check_result", "run_id"), ("audit_check_run", "id")):
                admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                admin.execute(f"DELETE FROM {table} WHERE {column} = %s", [hidden])
        assert house.judged(house.controls(size)).refused == (
            f"compliance/runs/{last}.json: the run before it is not here; it was left out."
        )
        with psycopg.connect(house.clone.admin_dsn) as admin:
            admin.execute("ALTER TABLE audit_check_result DISABLE TRIGGER ALL")
            admin.execute("UPDATE audit_check_result SET reason = 'All is well.'")
        assert "fixes; it was changed." in str(house.judged(house.controls(size)).refused)

    def test_shows_that_what_people_recorded_is_kept_back(self, house: House) -> None:
        """A record that went badly was counted by the next run: without its row it is told as missing."""
        recorded = record_procedure(
            pack_name="demo",
            procedure_id="read",
            performed_date=get(Clock).now().date(),
            outcome="failed",
            method="EXAMINE",
            note="Nobody read it.",
            evidence_sha256=None,
            recorded_by=house.people.alice,
        )
        house.log.sign()
        run_checks(run_by=house.people.alice)
        size = house.log.sign()
        for archive in (house.controls(size), house.company(size, by=CONSOLE)):
            told = house.judged(archive)
            assert told.refused is None
            [sentence] = [each for each in told.report.proved if "a run of checks counted them" in each]
            # The approval of the pack, and the record.
            assert sentence.startswith("All 2 leaves of the installation of")
            assert "show what" not in " ".join(each["what"] for each in told.report.could_not)
        with psycopg.connect(house.clone.admin_dsn) as admin:
            admin.execute("ALTER TABLE audit_procedure_record DISABLE TRIGGER ALL")
            admin.execute("DELETE FROM audit_procedure_record WHERE id = %s", [recorded.id])
        told = house.judged(house.controls(size))
        assert told.refused is None
        missing = [each["what"] for each in told.report.could_not if "show what" in each["what"]]
        assert missing == ["show what leaves of the period fix: 1 of audit.procedure.record"]

    def test_has_no_run_of_this_format_without_its_count(self, house: House) -> None:
        """The database refuses it of whoever is past the program, too."""
        kept = run_checks(run_by=house.people.alice)[0]
        with psycopg.connect(house.clone.admin_dsn) as admin, pytest.raises(psycopg.errors.CheckViolation):
            admin.execute("ALTER TABLE audit_check_run DISABLE TRIGGER ALL")
            admin.execute("UPDATE audit_check_run SET register = NULL WHERE id = %s", [kept.id])


class TestExportCompany:
    def test_tells_of_controls_and_names_nothing_of_other_companies(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The evidence of a failed check names another company's things: its digest alone goes along."""
        strange = str(house.others.company_id)
        replaced(monkeypatch, lambda asked: failed("It is ill.", first=[strange]))
        run_checks(run_by=house.people.alice)
        size = house.log.sign()
        archive = house.company(size, by=CONSOLE)
        told = house.judged(archive)
        assert told.refused is None
        assert strange.encode() not in archive
        assert "show 1 pieces of evidence" in [each["what"] for each in told.report.could_not]
        house.others.post()
        house.log.sign()
        assert house.company(size, by=CONSOLE) == archive


class TestCommand:
    def test_writes_archives_and_keys(self, house: House, tmp_path: Path) -> None:
        house.log.sign()
        out, keys, packs = (tmp_path / name for name in ("controls.zip", "keys", "packs"))
        with override(TrustedKeys, house.log):
            call_command(
                "evidence",
                "export-controls",
                "--out",
                str(out),
                "--key-out",
                str(keys),
                "--pack-keys-out",
                str(packs),
            )
            assert verdict(out.read_bytes(), keys=keys.read_text()).refused is None
            assert packs.read_text() == f"{house.packs.key.text}\n"
            house.log.sign()
            call_command("evidence", "export", "--company", "ACME", "--with-compliance", "--out", str(out))
        assert _named(out.read_bytes(), "oscal/") == ["oscal/assessment-results-demo-1.2.3.json"]


def _platform_reviewed(house: House) -> UUID:
    alice, bob = (User.objects.get(username=name) for name in ("alice", "bob"))
    review = open_platform_review(
        due_date=get(Clock).now().date(), reason="First quarter", opened_by=just_signed_in(alice)
    )
    for by, about in ((alice, bob), (bob, alice)):
        item = PlatformReviewItem.objects.get(user=about)
        answer_platform_role(item_id=item.id, answer="confirmed", answered_by=just_signed_in(by))
    complete_platform_review(review_id=review.id, completed_by=just_signed_in(alice))
    return review.id


def _company_reviewed(house: House) -> UUID:
    company_id, rosa, dora = house.books.company_id, person("rosa"), person("dora")
    for user in (rosa, dora):
        let_in(company_id=company_id, user_id=user.id, roles=["controller"])
    with house.books.entered():
        review = open_review(
            company_id=company_id,
            due_date=get(Clock).now().date(),
            reason="First quarter",
            opened_by=just_signed_in(rosa),
        )
        for by, about in ((rosa, dora), (dora, rosa)):
            (item,) = (
                each
                for each in answers_of(company_id=company_id, review_id=review.id)
                if each.user_id == about.id
            )
            answer_memberships(
                company_id=company_id,
                review_id=review.id,
                answers=[Answer(item.id, "confirmed", frozenset(item.roles))],
                answered_by=just_signed_in(by),
            )
        complete_review(company_id=company_id, review_id=review.id, completed_by=just_signed_in(rosa))
    return review.id


def _excepted(house: House) -> None:
    propose_exception(
        pack_name="demo",
        control_id="CC6.1",
        reason="New laptops come.",
        ends_date=get(Clock).now().date() + timedelta(days=9),
        proposed_by=house.people.alice,
    )
    agreed(Proposal.objects.get(kind=EXCEPTION_KIND), by=house.people.bob)


def _end(archive: bytes, version: str) -> str:
    document = json.loads(content(archive, f"oscal/assessment-results-demo-{version}.json"))
    return str(document["assessment-results"]["results"][0]["end"])


def _states(archive: bytes) -> dict[str, str]:
    document = json.loads(content(archive, "oscal/assessment-results-demo-1.2.3.json"))
    found = document["assessment-results"]["results"][0]["findings"]
    told = [{each["name"]: each["value"] for each in finding["props"]} for finding in found]
    return {each["control"]: each["state"] for each in told}


def _named(archive: bytes, beginning: str) -> list[str]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return [name for name in opened.namelist() if name.startswith(beginning)]
