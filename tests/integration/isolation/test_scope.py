# SPDX-License-Identifier: Apache-2.0
"""Whose rows raw SQL can see and touch under the application role, for every table of companies there is."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from apps.audit.services.denials.seal_denials import seal_denials
from cortex import clock
from cortex.access_reviews.open_review import open_review
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.principal import Principal
from cortex.ports.storage import Storage
from tests.factories.log import integrate_and_seal
from tests.factories.people import let_in, person
from tests.integration.isolation.attack import Scene, Target

COMPANY_TABLES = """
SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
   AND a.attname = 'company_id' AND NOT a.attisdropped ORDER BY 1
"""
UPDATABLE = """
SELECT c.relname::text, min(a.attname)::text
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relname = ANY(%s) AND has_column_privilege(c.oid, a.attnum, 'UPDATE') GROUP BY 1
"""
DELETABLE = """
SELECT c.relname::text FROM pg_class c WHERE c.relname = ANY(%s) AND has_table_privilege(c.oid, 'DELETE')
"""
JOB = """
INSERT INTO jobs_job
  (id, company_id, kind, owner_kind, owner_id, state, done, message, input, files, attempts, created_at)
VALUES (%s, %s, 'accounting.import_journal', 'service', 'console', 'queued', 0, '', '{}', '{}', 0, now())
"""
ANSWER = """
INSERT INTO api_idempotency_key
  (id, company_id, principal, key, request_digest, headers, created_at, expires_at)
VALUES (%s, %s, 'service:console', %s, sha256('')::bytea, '{}', now(), now() + interval '1 day')
"""
MAIL = """
INSERT INTO mail_outgoing_mail
  (id, company_id, recipient_id, topic, subject, body, state, attempts, last_error, due_at, created_at)
SELECT %s, %s, id, 'testing', 'Subject', 'Body', 'queued', 0, '', now(), now() FROM identity_user LIMIT 1
"""
RECONCILIATION = """
INSERT INTO audit_reconciliation
  (id, company_id, started_at, finished_at, document_count, difference_count, differences)
VALUES (%s, %s, now(), now(), 1, 0, '[]')
"""
PRIVACY = (
    """
INSERT INTO audit_subject_key (company_id, id, subject_id, wrapped_key)
VALUES (%(company)s, %(id)s, %(id)s, 'wrapped')
""",
    """
INSERT INTO audit_hold (company_id, id, reason, placed_by, placed_at)
VALUES (%(company)s, %(id)s, 'testing', 'user:x', now())
""",
    """
INSERT INTO audit_erasure (company_id, id, subject_type, subject_id, removed, erased_by, erased_at)
VALUES (%(company)s, %(id)s, 'testing', %(id)s, '{}', 'user:x', now())
""",
)
RETENTION = """
INSERT INTO audit_retention_run (
  company_id, id, data, version_number, kept_since_date, done_count, held_count, left_count, ran_at)
VALUES (%(company)s, %(id)s, 'testing', 0, now(), 1, 0, 0, now())
"""
# An event's way to a subscriber and to a webhook: each statement stands on the one before.
DELIVERY = (
    """
INSERT INTO events_inbox_entry (company_id, subscriber, event_id)
SELECT company_id, 'testing', id FROM events_outbox_event WHERE company_id = %(company)s LIMIT 1
""",
    """
INSERT INTO events_held_delivery
  (id, company_id, subscriber, event_id, aggregate_id, lane, position, state, attempts, due_at, last_error)
SELECT %(id)s, company_id, 'testing', id, aggregate_id, 0, 1, 'dead', 9, now(), 'refused'
  FROM events_outbox_event WHERE company_id = %(company)s LIMIT 1
""",
    """
INSERT INTO events_webhook_endpoint
  (id, company_id, url, description, event_types, is_active, disabled_reason, failures_in_a_row,
   secret_version, secret_changed_at, created_at)
VALUES (%(id)s, %(company)s, 'https://receiver.example/', '', '{*}', true, '', 0, 1, now(), now())
""",
    """
INSERT INTO events_webhook_delivery (id, company_id, endpoint_id, event_id, state, attempts, due_at)
SELECT %(id)s, company_id, %(id)s, id, 'queued', 0, now()
  FROM events_outbox_event WHERE company_id = %(company)s LIMIT 1
""",
    """
INSERT INTO events_webhook_attempt (id, company_id, delivery_id, status, error, duration_ms, attempted_at)
VALUES (%(id)s, %(company)s, %(id)s, 500, 'HTTP 500', 12, now())
""",
)

APPROVALS = (
    """
INSERT INTO approvals_proposal (
  id, company_id, kind, action, title, summary, content, digest, object_type, currency, proposer_kind,
  proposer_id, proposer_certificate, proposed_at, expires_at, state, decided_by, reason, result_type)
VALUES (
  %(id)s, %(company)s, 'testing', 'testing', '', '[]', '{}', repeat('0', 64), '', '', 'user', 'x',
  '', now(), now() + interval '1 day', 'waiting', '', '', '')
""",
    """
INSERT INTO approvals_comment (id, company_id, proposal_id, author, text, written_at)
VALUES (%(id)s, %(company)s, %(id)s, 'user:x', 'Why?', now())
""",
    """
INSERT INTO approvals_delegation (id, company_id, from_user_id, to_user_id, starts_at, ends_at, created_at)
SELECT %(id)s, %(company)s, min(id::text)::uuid, max(id::text)::uuid, now(), now(), now() FROM identity_user
""",
    """
INSERT INTO approvals_entry_limit (id, company_id, role, entry_limit_minor, changed_at)
VALUES (%(id)s, %(company)s, 'clerk', 100, now())
""",
    "INSERT INTO approvals_company_rule VALUES (%(company)s, false, now())",
)
EMERGENCY = """
INSERT INTO break_glass_access (id, company_id, user_id, reason, opened_at, expires_at)
SELECT %(id)s, %(company)s, min(id::text)::uuid, 'the books are down', now(), now() + interval '1 hour'
  FROM identity_user
"""
INVITATION = """
INSERT INTO identity_invitation (id, company_id, email, roles, digest, created_at, expires_at)
VALUES (%(id)s, %(company)s, 'dora@example.org', '{viewer}', sha256('dora'), now(), now() + interval '1 day')
"""
# A bundle and its version are the platform's: one for both.
PLUGINS = (
    """
INSERT INTO plugins_bundle (digest, content) VALUES (encode(sha256('bundle'), 'hex'), 'bundle')
ON CONFLICT DO NOTHING
""",
    """
INSERT INTO plugins_version (
  id, plugin_id, version, publisher, bundle_digest, component_digest, manifest_text, capabilities, signed_by,
  origin, added_by, added_at)
VALUES (
  gen_random_uuid(), 'com.example.guard', '1.0.0', 'com.example', encode(sha256('bundle'), 'hex'),
  repeat('0', 64), '', '[]', '["a", "b"]', 'file', 'user:x', now())
ON CONFLICT DO NOTHING
""",
    """
INSERT INTO plugins_installation (
  id, company_id, plugin_id, version_id, state, granted, settings, installed_by, installed_by_user_id,
  installed_at)
SELECT %(id)s, %(company)s, plugin_id, id, 'enabled', '[]', '{}', 'user:x',
       (SELECT id FROM identity_user LIMIT 1), now()
  FROM plugins_version
""",
    """
INSERT INTO plugins_stored_value (id, company_id, plugin_id, key, text)
VALUES (%(id)s, %(company)s, 'com.example.guard', 'seen', '1')
""",
    """
INSERT INTO plugins_run (
  id, company_id, installation_id, trigger, trigger_id, handler, given, hops, state, queued_at)
VALUES (%(id)s, %(company)s, %(id)s, 'job', 'monthly', 'run', '{}', 0, 'queued', now())
""",
    """
INSERT INTO plugins_call (
  id, company_id, installation_id, plugin_id, version, handler, trigger, trigger_id, called_by, started_at,
  milliseconds, fuel, memory_bytes, host_calls, outcome, message, traceback, lines)
VALUES (
  %(id)s, %(company)s, %(id)s, 'com.example.guard', '1.0.0', 'run', 'job', 'monthly', 'user:x', now(),
  1, 1, 1, 0, '', '', '', '[]')
""",
)


@pytest.fixture(scope="module")
def tables(scene: Scene) -> list[str]:
    """Give both companies rows in every table, and return the tables."""
    with psycopg.connect(scene.clone.admin_dsn) as admin:
        for target in (scene.own, scene.other):
            _fill(target)
        seal_denials(sealed_by=Principal.service("scheduler"))
        integrate_and_seal()
        for target in (scene.own, scene.other):
            admin.execute(JOB, [uuid7(), target.company])
            admin.execute(ANSWER, [uuid7(), target.company, f"key-of-{target.books.code}"])
            admin.execute(MAIL, [uuid7(), target.company])
            admin.execute(RECONCILIATION, [uuid7(), target.company])
            known = {"id": uuid7(), "company": target.company}
            for statement in (*DELIVERY, *APPROVALS, *PRIVACY, RETENTION, EMERGENCY, INVITATION, *PLUGINS):
                admin.execute(statement, known)
        return [name for (name,) in admin.execute(COMPANY_TABLES).fetchall()]


def _fill(target: Target) -> None:
    with target.books.entered():
        registry.get(Storage).put(company_id=target.company, name="journal.csv", content=b"reference")
        user = person(f"bob-{target.books.code.lower()}")
        let_in(company_id=target.company, user_id=user.id, roles=["auditor"])
        by, today = Principal.service("console"), clock.now().date()
        open_review(company_id=target.company, due_date=today, reason="testing", opened_by=by)


def rows_of(raw: psycopg.Connection[Any], table: str) -> set[Any]:
    found = raw.execute(sql.SQL("SELECT DISTINCT company_id FROM {}").format(sql.Identifier(table)))
    return {company for (company,) in found.fetchall()}


def nothing_of(tables: list[str]) -> dict[str, set[Any]]:
    return {table: set() for table in tables}


class TestRawSqlUnderTheApplicationRole:
    def test_meets_rows_of_both_companies_in_every_table(self, scene: Scene, tables: list[str]) -> None:
        """Otherwise the tests below would be content with empty tables."""
        with psycopg.connect(scene.clone.admin_dsn) as admin:
            found = {table: rows_of(admin, table) for table in tables}
        both = {scene.own.company, scene.other.company}
        assert {table: companies & both for table, companies in found.items()} == dict.fromkeys(tables, both)

    def test_sees_no_rows_without_a_scope(self, scene: Scene, tables: list[str]) -> None:
        with scene.session() as raw:
            assert {table: rows_of(raw, table) for table in tables} == nothing_of(tables)
            assert raw.execute("SELECT count(*) FROM tenancy_company").fetchone() == (0,)

    def test_sees_no_rows_in_an_empty_scope(self, scene: Scene, tables: list[str]) -> None:
        with scene.session() as raw:
            raw.execute("SELECT set_config('app.company_ids', '', true)")
            assert {table: rows_of(raw, table) for table in tables} == nothing_of(tables)

    def test_sees_only_its_own_company_in_its_scope(self, scene: Scene, tables: list[str]) -> None:
        own = {scene.own.company}
        with scene.session(scene.own.company) as raw:
            assert {table: rows_of(raw, table) for table in tables} == dict.fromkeys(tables, own)
            assert raw.execute("SELECT code FROM tenancy_company").fetchall() == [("ACME",)]

    def test_sees_both_companies_in_a_scope_of_both(self, scene: Scene, tables: list[str]) -> None:
        both = {scene.own.company, scene.other.company}
        with scene.session(*both) as raw:
            assert {table: rows_of(raw, table) for table in tables} == dict.fromkeys(tables, both)

    def test_forgets_its_scope_with_the_transaction(self, scene: Scene) -> None:
        with scene.session() as raw:
            raw.execute("SELECT set_config('app.company_ids', %s, true)", [str(scene.own.company)])
            assert rows_of(raw, "accounting_account") == {scene.own.company}
            raw.commit()
            assert rows_of(raw, "accounting_account") == set()

    def test_is_refused_a_scope_that_is_no_list_of_ids(self, scene: Scene) -> None:
        with scene.session() as raw:
            raw.execute("SELECT set_config('app.company_ids', '*', true)")
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                rows_of(raw, "accounting_account")

    def test_cannot_change_rows_of_another_company(self, scene: Scene, tables: list[str]) -> None:
        with scene.session(scene.own.company) as raw:
            updatable = raw.execute(UPDATABLE, [tables]).fetchall()
            for table, column in updatable:
                names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
                changed = raw.execute(
                    sql.SQL("UPDATE {table} SET {column} = {column} RETURNING company_id").format(**names)
                )
                assert {company for (company,) in changed.fetchall()} == {scene.own.company}, table
        assert "accounting_fiscal_period" in dict(updatable)

    def test_cannot_delete_rows_of_another_company(self, scene: Scene, tables: list[str]) -> None:
        with scene.session(scene.own.company) as raw:
            deletable = raw.execute(DELETABLE, [tables]).fetchall()
            for (table,) in deletable:
                gone = raw.execute(
                    sql.SQL("DELETE FROM {} RETURNING company_id").format(sql.Identifier(table))
                )
                assert {company for (company,) in gone.fetchall()} == {scene.own.company}, table
        assert {table for (table,) in deletable} == {
            "api_idempotency_key",
            "approvals_entry_limit",
            "events_held_delivery",
            "events_inbox_entry",
            "identity_membership",
            "plugins_stored_value",
            "storage_stored_file",
        }

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO accounting_party (company_id, id) VALUES (%(other)s, gen_random_uuid())",
            "INSERT INTO accounting_journal VALUES (%(other)s, %(id)s, %(ledger)s, 'X', 'X')",
            (
                "SELECT audit_append(ARRAY[convert_to(json_build_object('id', %(id)s::uuid, 'company',"
                " %(other)s::uuid, 'object', json_build_object('id', %(id)s::uuid))::text, 'UTF8')])"
            ),
            (
                "SELECT events_publish(json_build_array(json_build_object('id', %(id)s::uuid, 'type', 'x',"
                " 'subject', 'x/' || %(id)s::uuid, 'companyid', %(other)s::uuid))::text)"
            ),
        ],
        ids=["a party", "a journal", "an audit leaf", "an event"],
    )
    def test_cannot_add_to_another_company(self, scene: Scene, statement: str) -> None:
        known = {"other": scene.other.company, "ledger": scene.other.books.ledger_id, "id": uuid7()}
        with (
            scene.session(scene.own.company) as raw,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        ):
            raw.execute(statement, known)

    @pytest.mark.parametrize(
        "statement",
        [
            "SET session_replication_role = replica",
            "SET ROLE cortex_owner",
            "SET SESSION AUTHORIZATION cortex_service",
            "ALTER TABLE accounting_journal_line DISABLE TRIGGER check_lines",
            "ALTER TABLE accounting_journal_line DISABLE ROW LEVEL SECURITY",
            "DROP POLICY company_scope ON accounting_account",
            "CREATE TEMPORARY TABLE accounting_ledger (id uuid)",
            "CREATE FUNCTION public.accounting_period_lock_key(uuid) RETURNS bigint LANGUAGE sql RETURN 1",
            "CREATE SCHEMA accounting",
        ],
    )
    def test_cannot_take_the_guards_away(self, scene: Scene, statement: str) -> None:
        with scene.session(scene.own.company) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement)

    def test_gets_an_error_and_no_rows_with_row_security_off(self, scene: Scene) -> None:
        with scene.session(scene.own.company) as raw:
            raw.execute("SET LOCAL row_security = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                rows_of(raw, "accounting_journal_entry")
