# SPDX-License-Identifier: Apache-2.0
"""Each probe that looks into the database sees red once its state is broken, and says so if it cannot see."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.test import override_settings

from apps.audit.domain.compliance.pack import Check
from apps.audit.domain.compliance.probe import Finding, all_probes
from apps.audit.services.compliance.run_checks import found
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.identity.standing import Standing
from cortex.policy_versions.approve_version import approve_version
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids
from tests.factories.clocks import clock_after
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.broken import BREAKS, Stage, stage
from tests.integration.apps.audit.compliance.test_broken_settings import BREAKS as OF_SETTINGS
from tests.integration.cortex.policy_versions.people import administrators, simulated

# They tell by more than a table: each has a test of its own below.
BY_ITSELF = {"log.integrated", "log.cosigned"}


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
        told[name] = (before.status != "fail", look(name).status)
    assert {name: pair for name, pair in told.items() if pair != (True, "fail")} == {}


def test_each_probe_says_when_it_cannot_see(on: Stage) -> None:
    """A table that the program may no longer read is unknown, and never a pass."""
    on.run("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM cortex_app, cortex_service, PUBLIC")
    on.run("GRANT SELECT ON tenancy_company TO cortex_owner")
    for table in ("pg_class", "pg_proc", "pg_trigger", "pg_tables", "pg_roles"):
        on.run(f"REVOKE SELECT ON pg_catalog.{table} FROM PUBLIC")
    seen = {name: look(name) for name in BREAKS}
    assert {name: each.reason for name, each in seen.items() if each.status != "unknown"} == {}


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
