# SPDX-License-Identifier: Apache-2.0
"""Each night the rules in force are held against the program, and rows in the clear are counted."""

import hashlib
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from structlog.testing import capture_logs

from apps.audit.models import GovernanceCheck
from apps.audit.selectors.governance.in_force import rules_numbered
from apps.audit.services.governance.check_rules import check_rules
from apps.audit.tasks import CLEAR_ROWS, GOVERNANCE_PROBLEMS, check_governance_at_night
from cortex.canonical_json import canonical_digest
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.people import just_signed_in, person
from tests.integration.apps.audit.privacy.conftest import Bureau, bureau

__all__ = ["bureau"]
SCHEDULER = Principal.service("scheduler")
# Past every service, as an earlier release or a database administrator might have left it.
IN_FORCE = """
WITH written AS (
  INSERT INTO audit_governance_version (id, number, text, digest, note, author, created_at)
  VALUES (%s, 1, %s, %s, '', 'user:1', now()) RETURNING id)
INSERT INTO audit_governance_activation (id, version_id, reason, activated_by, activated_at)
SELECT gen_random_uuid(), id, 'Ours', 'user:2', now() FROM written
"""
LEAF = """
SELECT convert_from(body, 'UTF8')::jsonb ->> 'digest' FROM audit_entry WHERE verb = 'audit.governance.check'
"""
# As rows were before fields were sealed.
IN_THE_CLEAR = (
    "ALTER TABLE accounting_party_name DISABLE TRIGGER USER",
    """
    UPDATE accounting_party_name
       SET name = 'Erika ' || party_id, name_sealed = NULL, name_key_id = NULL, name_index = NULL
    """,
    "UPDATE audit_detail SET value = 'why', salt = sha256('any'), sealed = NULL, key_id = NULL",
)


def put_in_force(bureau: Bureau, text: str) -> None:
    with psycopg.connect(bureau.clone.admin_dsn) as admin:
        admin.execute(IN_FORCE, [uuid4(), text, hashlib.sha256(text.encode()).hexdigest()])


class TestNight:
    def test_finds_nothing_in_what_the_program_brings_along(self, bureau: Bureau) -> None:
        check_governance_at_night()
        (row,) = GovernanceCheck.objects.all()
        assert (row.version_number, row.problem_count, row.clear_count) == (0, 0, 0)
        assert row.clear_counts == {
            "audit.AuditDetail.value": 0,
            "storage.StoredFile.content": 0,
            "accounting.PartyName.name": 0,
        }
        found = {"rules": 0, "count": 0, "problems": [], "clear": row.clear_counts}
        assert bureau.rows(LEAF) == [(canonical_digest(found),)]
        assert GOVERNANCE_PROBLEMS._value.get() == 0

    def test_tells_what_an_earlier_release_put_in_force(self, bureau: Bureau) -> None:
        put_in_force(bureau, rules_numbered(number=0).canonical.replace('"keep_days":550', '"keep_days":9'))
        with capture_logs() as logs:
            check_governance_at_night()
        expected = "Data policy.decision: expected 550 days, which its own room keeps it, got 9."
        assert [each["problem"] for each in logs if each["event"] == "governance_does_not_fit"] == [expected]
        assert GovernanceCheck.objects.get().problems == [expected]
        assert GOVERNANCE_PROBLEMS._value.get() == 1

    def test_tells_rules_that_cannot_be_read(self, bureau: Bureau) -> None:
        put_in_force(bureau, "no rules")
        (problem,) = check_rules(checked_by=SCHEDULER).problems
        assert "expected JSON with retention, fields and access" in problem

    def test_counts_what_lies_in_the_clear(self, bureau: Bureau) -> None:
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            for statement in IN_THE_CLEAR:
                admin.execute(statement)
        with capture_logs() as logs:
            check_governance_at_night()
        clear = GovernanceCheck.objects.get().clear_counts
        assert bureau.rows("SELECT count(*) FROM accounting_party_name") == [(names := 2,)]
        assert clear["accounting.PartyName.name"] == names
        assert clear["audit.AuditDetail.value"] > 0
        told = {each["field"] for each in logs if each["event"] == "sealed_field_in_the_clear"}
        assert told == {"accounting.PartyName.name", "audit.AuditDetail.value"}
        assert CLEAR_ROWS.labels("accounting.PartyName.name")._value.get() == names


class TestCheck:
    def test_is_the_schedules_and_the_consoles(self, bureau: Bureau) -> None:
        with pytest.raises(AccessMustBeGranted):
            check_rules(checked_by=just_signed_in(person("nobody")))
        assert not GovernanceCheck.objects.exists()

    def test_prints_what_it_found_and_ends_so(self, bureau: Bureau) -> None:
        out = StringIO()
        call_command("governance", "check", stdout=out)
        assert out.getvalue().endswith("version 0 in force: 0 problems\n")
        put_in_force(bureau, "no rules")
        with pytest.raises(SystemExit):
            call_command("governance", "check", stdout=out)
        assert out.getvalue().endswith("version 1 in force: 1 problems\n")
