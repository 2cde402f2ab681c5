# SPDX-License-Identifier: Apache-2.0
"""Each probe that looks into the database sees red once its state is broken, and says so if it cannot see."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.test import override_settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.audit.domain.compliance.pack import Check
from apps.audit.domain.compliance.probe import Finding, all_probes
from apps.audit.services.advance_log import advance_log
from apps.audit.services.compliance.run_checks import found
from apps.audit.services.governance.apply_retention import apply_retention
from apps.audit.services.governance.check_rules import check_rules
from apps.audit.services.reconcile_documents import reconcile_all
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.identity.standing import Standing
from cortex.pki.models import Certificate
from cortex.policy_versions.approve_version import approve_version
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids
from tests.factories.clocks import clock_after
from tests.factories.log import LocalSigner, LocalWitnesses
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.broken import BREAKS, Stage, stage, version
from tests.integration.apps.audit.compliance.nights import log_what_is_there
from tests.integration.apps.audit.compliance.test_broken_settings import BREAKS as OF_SETTINGS
from tests.integration.cortex.backups.test_evidence import backed_up, compared
from tests.integration.cortex.policy_versions.people import administrators, simulated

# They tell by more than a table: each has a test of its own below.
BY_ITSELF = {"log.integrated", "log.cosigned"}
# They are unknown in an installation where nothing of it happened so far.
NOTHING_YET = {
    "backups.restored",
    "backups.taken",
    "governance.checked",
    "log.reconciled",
    "log.signed",
    "pki.certificates_last",
    "pki.certificates_short",
    "retention.applied",
    "work.schedule",
}


def look(name: str) -> Finding:
    """Run the probe as a check of a pack does."""

    @transactional
    def run() -> Finding:
        return found(Check(id=name, controls=["CC6.1"], probe=name, max_age=timedelta(days=1)))

    with scope(all_company_ids()):
        return run()


@pytest.fixture
def on(committed_database: Clone) -> Iterator[Stage]:
    with psycopg.connect(committed_database.admin_dsn, autocommit=True) as admin:
        yield stage(admin)


def test_every_probe_is_broken_somewhere() -> None:
    assert {*BREAKS, *OF_SETTINGS, *BY_ITSELF} == {probe.name for probe in all_probes()}


def test_each_probe_sees_red_once_its_state_is_broken(on: Stage) -> None:
    told = {}
    for name, breaks in BREAKS.items():
        before = look(name)
        breaks(on)
        get(Standing).forget()
        told[name] = (before.status, look(name).status)
    assert {name for name, (before, _) in told.items() if before != "pass"} <= NOTHING_YET
    assert {name: after for name, (_, after) in told.items() if after != "fail"} == {}


def test_probes_of_what_comes_later_see_green_once_it_is_there(on: Stage) -> None:
    assert {name: look(name).status for name in NOTHING_YET} == dict.fromkeys(NOTHING_YET, "unknown")
    now = get(Clock).now()
    Certificate.objects.create(
        serial="0a",
        spiffe_id="spiffe://cortex/web",
        starts_at=now,
        ends_at=now + timedelta(days=30),
        recorded_at=now,
    )
    every = IntervalSchedule.objects.create(every=60, period="seconds")
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        PeriodicTask.objects.create(name=name, task=entry["task"], interval=every)
    backed_up()
    compared()
    # The stage writes rows past the program, which the comparison would tell.
    log_what_is_there(on)
    advance_log(signer=LocalSigner(), witnesses=LocalWitnesses(words={}))
    reconcile_all(reconciled_by=Principal.service("scheduler"))
    apply_retention(applied_by=Principal.service("scheduler"))
    check_rules(checked_by=Principal.service("scheduler"))
    seen = {name: look(name) for name in NOTHING_YET}
    assert {name: each.reason for name, each in seen.items() if each.status != "pass"} == {}


def test_each_probe_says_when_it_cannot_see(on: Stage) -> None:
    """A table that the program may no longer read is unknown, and never a pass."""
    on.run("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM cortex_app, cortex_service, PUBLIC")
    on.run("GRANT SELECT ON tenancy_company TO cortex_owner")
    for table in ("pg_class", "pg_proc", "pg_trigger", "pg_tables", "pg_roles"):
        on.run(f"REVOKE SELECT ON pg_catalog.{table} FROM PUBLIC")
    seen = {name: look(name) for name in BREAKS}
    assert {name: each.reason for name, each in seen.items() if each.status != "unknown"} == {}


def test_a_version_whose_author_wrote_it_through_a_program_and_approved_it_is_red(on: Stage) -> None:
    name = "policy.approved_by_two"
    on.run("ALTER TABLE policy_version DROP CONSTRAINT policy_version_approved_by_another_person")
    for number, approver in ((901, "user:bob"), (902, "user:alice")):
        on.add(version(on, number, author="client:x:user:alice", state="retired", approved_by=approver))
        assert look(name).status == {"user:bob": "pass", "user:alice": "fail"}[approver]


def test_a_log_without_a_signer_or_a_witness_is_unknown(on: Stage) -> None:
    assert [look(name).status for name in ("log.integrated", "log.cosigned")] == ["unknown", "unknown"]


def test_a_leaf_that_waits_is_red(on: Stage) -> None:
    # The template's own leaves are as old as the test run.
    on.run("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
    on.run("UPDATE audit_entry SET recorded_at = clock_timestamp()")
    with override_settings(AUDIT_SIGNER_SOCKET="/run/signer.sock"):
        assert look("log.integrated").status == "pass"
        with override(Clock, clock_after(timedelta(hours=1))):
            assert look("log.integrated").status == "fail"


def test_a_tree_that_not_every_witness_cosigned_is_red(on: Stage) -> None:
    with override_settings(AUDIT_WITNESSES="/etc/witnesses"):
        assert look("log.cosigned").status == "unknown"
        BREAKS["log.signed"](on)
        assert look("log.cosigned").status == "fail"


def test_policies_that_were_rewritten_after_the_approval_are_red(committed_database: Clone) -> None:
    people = administrators()
    version = simulated(people.alice)
    approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
    assert look("policy.text_intact").status == "pass"
    with psycopg.connect(committed_database.admin_dsn) as admin:
        admin.execute("ALTER TABLE policy_version DISABLE TRIGGER ALL")
        admin.execute("UPDATE policy_version SET text = 'permit (principal, action, resource);'")
    assert look("policy.text_intact").status == "fail"
