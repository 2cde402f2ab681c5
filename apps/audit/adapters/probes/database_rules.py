# SPDX-License-Identifier: Apache-2.0
"""Rules that the database keeps by itself: row-level security, append-only tables, migrations."""

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.audit.adapters.probes.counting import none_in, rows
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown

# Functions of the owner look into these before anybody's scope is known: enabled, not forced.
NOT_FORCED = ("tenancy_company", "break_glass_access", "identity_membership")
_COMPANY_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
"""
_TRIGGERS = """
SELECT c.relname || '.' || t.tgname, t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgname LIKE 'refuse%%' AND NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
_KEPT = (
    "audit_entry",
    "audit_leaf",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_reconciliation",
    "audit_log_comparison",
    "audit_platform_comparison",
    "audit_log_segment",
    "audit_denial_seal",
    "audit_denial_comparison",
    "audit_check_run",
    "audit_check_result",
    "audit_control_exception",
    "audit_exception_end",
    "audit_procedure_record",
    "audit_erasure",
    "audit_governance_version",
    "audit_governance_activation",
    "audit_retention_run",
    "audit_governance_check",
    "audit_retention_night",
    "accounting_journal_entry",
    "accounting_journal_line",
    "secrets_key_sighting",
    "secrets_key_use",
    "secrets_key_use_count",
    "backups_backup",
    "backups_verification",
    "policy_packaged_text",
    "plugins_bundle",
    "plugins_switch",
    "plugins_submission_file",
    "plugins_review_decision",
)
# As `cortex_make_append_only` names them; one of the two refuses nothing of what the other does.
_GUARDS = ("refuse_change", "refuse_truncate")


@probe(
    "database.row_level_security",
    title="Row-level security is forced on every company's table",
    remedy="Treat it as an attack: run the migrations of the release, and find out who switched it off.",
)
def row_level_security(asked: Asked) -> Finding:
    """Look for tables of companies without the guard."""
    tables = rows(_COMPANY_TABLES)
    if not tables:
        return unknown("The catalogue shows no table of a company.")
    open_ones = [name for name, on, forced in tables if not on or (not forced and name not in NOT_FORCED)]
    return none_in(
        open_ones,
        of=len(tables),
        well="Row-level security binds every table of a company.",
        ill="Tables of companies that row-level security does not bind",
    )


@probe(
    "database.triggers",
    title="Triggers that refuse changes cannot be put to sleep",
    remedy="Treat it as an attack: ENABLE ALWAYS the triggers, compare books and log, find out who did it.",
)
def triggers(asked: Asked) -> Finding:
    """Look for refusing triggers that are off, or that a session could switch off."""
    found = rows(_TRIGGERS)
    if not found:
        return unknown("The catalogue shows no trigger that refuses.")
    return none_in(
        [name for name, enabled in found if enabled != "A"],
        of=len(found),
        well="Every trigger that refuses is always on.",
        ill="Triggers that refuse and can be put to sleep",
    )


@probe(
    "database.append_only",
    title="The log, its results and posted rows can only be added to",
    remedy="Treat it as an attack: run the migrations of the release, compare books and log.",
)
def append_only(asked: Asked) -> Finding:
    """Look for tables that have lost a trigger, or one of whose triggers sleeps."""
    on = {name for name, enabled in rows(_TRIGGERS) if enabled == "A"}
    return none_in(
        [table for table in _KEPT if not on.issuperset(f"{table}.{guard}" for guard in _GUARDS)],
        of=len(_KEPT),
        well="Every table of evidence refuses changes.",
        ill="Tables of evidence that take changes",
    )


@probe(
    "database.migrations",
    title="The database has the structure of this release",
    remedy="`cortex migrate` as the owner.",
)
def migrations(asked: Asked) -> Finding:
    """Look for migrations that were not run."""
    loader = MigrationLoader(connection)
    missing = sorted(
        f"{app}.{name}" for app, name in set(loader.disk_migrations) - set(loader.applied_migrations)
    )
    return none_in(
        missing,
        of=len(loader.disk_migrations),
        well="Every migration was run.",
        ill="Migrations that were not run",
    )
