# SPDX-License-Identifier: Apache-2.0
"""Checks are run, what they find is kept with its evidence, and the log holds the digest of each run."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from apps.audit import tasks
from apps.audit.domain.compliance import probe as probes
from apps.audit.domain.compliance.posture import State
from apps.audit.domain.compliance.probe import Asked, Finding, failed, passed
from apps.audit.models import CheckResult, CheckRun
from apps.audit.services.compliance.run_checks import run_checks
from apps.audit.services.compliance.tell_posture import list_packs, tell_history, tell_posture, tell_postures
from cortex.container.override import override
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from tests.factories.clocks import StoppedClock, clock_after
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.packs import Signer, in_force
from tests.integration.cortex.policy_versions.people import Administrators, administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

CHECK = PACK[PACK.index("  - id: access") : PACK.index("procedures:")]
_BODY = "SELECT convert_from(body, 'UTF8') FROM audit_entry WHERE verb = 'audit.check.run'"


@pytest.fixture
def pack_in_force(people: Administrators, signed_by: Signer) -> None:
    in_force(signed_by, by=people.alice, second=people.bob)


def replaced(monkeypatch: pytest.MonkeyPatch, look: probes.Look) -> None:
    """Let the demo pack's probe look like this."""
    known = probes.probe_named("identity.dormant_accounts")
    mine = probes.Probe(
        name=known.name, title=known.title, remedy=known.remedy, look=look, defaults=known.defaults
    )
    monkeypatch.setitem(probes._probes, known.name, mine)


@pytest.mark.usefixtures("pack_in_force")
@pytest.mark.django_db(databases=["default", "service"])
class TestRunningChecks:
    def test_keeps_result_and_evidence(self, people: Administrators) -> None:
        (run,) = run_checks(run_by=people.alice)
        (result,) = CheckResult.objects.filter(run=run)
        assert (run.passed_count, run.failed_count, run.unknown_count) == (1, 0, 0)
        assert (result.check_id, result.status, result.evidence) == (
            "access",
            "pass",
            '{"first":[],"looked_at":3,"offending":0}',
        )
        assert hashlib.sha256(result.evidence.encode()).hexdigest() == result.evidence_digest

    def test_sees_what_broke_meanwhile(self, people: Administrators) -> None:
        idle = User.objects.get(username="charlie")
        User.objects.filter(id=idle.id).update(created_at=idle.created_at - timedelta(days=31))
        with capture_logs() as logs:
            run_checks(run_by=people.alice)
        posture = tell_posture(pack_name="demo", reader=people.alice)
        (standing,) = posture.controls[0].checks
        assert (posture.controls[0].state, standing.status) == (State.NOT_MET, "fail")
        assert standing.seen is not None
        assert str(idle.id) in standing.seen.evidence
        assert [each["check"] for each in logs if each["event"] == "check_did_not_pass"] == ["access"]

    def test_is_refused_to_outsiders(self, people: Administrators) -> None:
        with pytest.raises(AccessMustBeGranted):
            run_checks(run_by=people.charlie)
        for tell in (tell_postures, list_packs):
            with pytest.raises(AccessMustBeGranted):
                tell(reader=people.charlie)
        assert not CheckRun.objects.exists()

    def test_leaves_the_digest_of_the_run_in_the_log(self, people: Administrators) -> None:
        (run,) = run_checks(run_by=people.alice)
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('audit_check_result', 'UPDATE')")
            assert cursor.fetchone() == (False,)
        assert len(run.digest) == 64

    def test_keeps_what_was_found_for_good(self, people: Administrators) -> None:
        (run,) = run_checks(run_by=people.alice)
        for rows in (CheckResult.objects.filter(run=run), CheckRun.objects.filter(id=run.id)):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.delete()

    def test_takes_a_probe_that_raises_for_unknown(
        self, people: Administrators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def raising(asked: Asked) -> Finding:
            raise RuntimeError("a secret")

        replaced(monkeypatch, raising)
        with capture_logs() as logs:
            (run,) = run_checks(run_by=people.alice)
        (result,) = CheckResult.objects.filter(run=run)
        assert (result.status, result.reason) == ("unknown", "The look failed: RuntimeError.")
        assert "a secret" not in str(logs) + result.evidence
        assert {"probe_failed", "check_did_not_pass"} <= {each["event"] for each in logs}

    def test_takes_a_probe_that_breaks_its_transaction_for_unknown(
        self, people: Administrators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def breaking(asked: Asked) -> Finding:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            return passed("never")

        replaced(monkeypatch, breaking)
        (run,) = run_checks(run_by=people.alice)
        (result,) = CheckResult.objects.filter(run=run)
        assert (result.status, result.evidence) == ("unknown", '{"error":"DataError","sqlstate":"22012"}')

    def test_bounds_how_long_a_probe_searches(
        self, people: Administrators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def sleeping(asked: Asked) -> Finding:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)")
            return passed("never")

        monkeypatch.setattr("apps.audit.services.compliance.run_checks.PROBE_SECONDS_MAX", "0.05")
        replaced(monkeypatch, sleeping)
        (run,) = run_checks(run_by=people.alice)
        assert (run.unknown_count, run.passed_count) == (1, 0)

    def test_bounds_how_much_evidence_a_probe_gives(
        self, people: Administrators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        replaced(monkeypatch, lambda asked: passed("much", text="x" * 30_000))
        (run,) = run_checks(run_by=people.alice)
        assert run.unknown_count == 1


@pytest.mark.usefixtures("pack_in_force")
@pytest.mark.django_db(databases=["default", "service"])
class TestSchedule:
    def test_looks_at_what_is_due_and_at_nothing_else(self, people: Administrators) -> None:
        tasks.run_due_checks()
        tasks.run_due_checks()
        assert CheckRun.objects.count() == 1
        told = {"pack": "demo", "status": "fail"}
        assert REGISTRY.get_sample_value("cortex_compliance_checks_not_passed", told) == 0
        with override(Clock, clock_after(timedelta(hours=13))):
            tasks.run_due_checks()
        assert [each.run_by for each in CheckRun.objects.all()] == ["service:scheduler"] * 2
        assert len(tell_history(pack_name="demo", check_ids=["access"], reader=people.alice)) == 2

    def test_takes_an_old_result_for_unknown(self, people: Administrators) -> None:
        run_checks(run_by=people.alice)
        later = StoppedClock(at=clock_after(timedelta(hours=25)).at)
        with override(Clock, later):
            posture = tell_posture(pack_name="demo", reader=people.alice)
        assert posture.controls[0].state is State.UNKNOWN

    def test_judges_a_new_version_by_its_own_results(
        self, people: Administrators, signed_by: Signer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The former version's red check is gone, and its results say nothing of the one that stayed."""
        former = PACK.replace("1.2.3", "1.3.0").replace(CHECK, CHECK + CHECK.replace("access", "gone"))
        with monkeypatch.context() as patch:
            replaced(patch, lambda asked: failed("It is ill."))
            in_force(signed_by, text=former, by=people.alice, second=people.bob)
            tasks.run_due_checks()
        told = {"pack": "demo", "status": "fail"}
        assert REGISTRY.get_sample_value("cortex_compliance_checks_not_passed", told) == 2
        newer = PACK.replace("1.2.3", "1.4.0")
        in_force(signed_by, text=newer, by=people.alice, second=people.bob)
        assert tell_posture(pack_name="demo", reader=people.alice).controls[0].state is State.UNKNOWN
        tasks.run_due_checks()
        assert tell_posture(pack_name="demo", reader=people.alice).controls[0].state is State.MET
        assert REGISTRY.get_sample_value("cortex_compliance_checks_not_passed", told) == 0


@pytest.mark.django_db(databases=["default", "service"])
class TestCommand:
    def test_brings_in_runs_and_tells(
        self, people: Administrators, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("packs", "verify", "soc2-2017-rev2022")
        call_command("packs", "--as", "alice", "install", "soc2-2017-rev2022")
        call_command("packs", "list")
        told = capsys.readouterr().out
        assert "signed by packs.codexion-cortex.example/2026-11" in told
        assert "waiting   soc2-2017-rev2022 1.1.0" in told

    def test_tells_gaps(
        self, people: Administrators, pack_in_force: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("packs", "posture")
        assert "CC6.1 Access: unknown" in capsys.readouterr().out
        call_command("packs", "run", "--pack", "demo")
        call_command("packs", "posture")
        assert "demo 1.2.3: 1 pass, 0 fail, 0 unknown" in capsys.readouterr().out


@pytest.mark.usefixtures("committed_database")
class TestLeaf:
    def test_holds_the_digest_of_the_run(self, signed_by: Signer, committed_database: Clone) -> None:
        people = administrators()
        in_force(signed_by, by=people.alice, second=people.bob)
        (run,) = run_checks(run_by=people.alice)
        with connections["service"].cursor() as cursor:
            cursor.execute(_BODY)
            ((body,),) = cursor.fetchall()
        assert run.digest in body
