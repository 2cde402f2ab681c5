# SPDX-License-Identifier: Apache-2.0
"""What the application role may do below the program, read from the real database."""

import pytest

from tests.architecture.catalogue import ask

pytestmark = pytest.mark.django_db

WRITTEN_BY_FUNCTIONS = [
    "accounting_account_day_balance",
    "accounting_account_period_balance",
    "accounting_journal_counter",
    "accounting_journal_entry",
    "accounting_journal_entry_text",
    "accounting_journal_line",
    "audit_entry",
    "audit_leaf",
    "audit_tile",
    "audit_company_tree",
    "audit_log_state",
    "audit_checkpoint",
    "audit_cosignature",
    "events_outbox_event",
    "events_unsent_event",
]
APPEND_ONLY = [
    "accounting_journal_entry",
    "accounting_journal_line",
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
    "secrets_key_sighting",
    "secrets_key_use",
    "secrets_key_use_count",
    "backups_backup",
    "backups_verification",
    "policy_packaged_text",
    "plugins_bundle",
    "plugins_repository_metadata",
    "plugins_switch",
    "plugins_submission_file",
    "plugins_review_decision",
    "audit_erasure",
    "audit_governance_version",
    "audit_governance_activation",
    "audit_retention_run",
    "audit_governance_check",
    "audit_retention_night",
    "database_commit_position",
]


class TestApplicationRole:
    def test_is_who_the_tests_connect_as(self) -> None:
        assert ask("SELECT current_user::text, session_user::text") == [("cortex_app", "cortex_app")]

    def test_owns_nothing(self) -> None:
        assert ask("SELECT relname FROM pg_class WHERE relowner = 'cortex_app'::regrole") == []

    def test_creates_nothing(self) -> None:
        held = (
            "SELECT has_schema_privilege('public', 'CREATE'),"
            " has_database_privilege(current_database(), 'CREATE, TEMPORARY')"
        )
        assert ask(held) == [(False, False)]

    def test_truncates_nothing(self) -> None:
        truncatable = (
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'TRUNCATE')"
        )
        assert ask(truncatable) == []

    @pytest.mark.parametrize("table", WRITTEN_BY_FUNCTIONS)
    def test_only_reads_what_functions_write(self, table: str) -> None:
        held = (
            f"SELECT has_table_privilege('{table}', 'SELECT'), has_any_column_privilege('{table}', 'INSERT'),"
            f" has_any_column_privilege('{table}', 'UPDATE'), has_table_privilege('{table}', 'DELETE')"
        )
        assert ask(held) == [(True, False, False, False)]


class TestAppendOnly:
    @pytest.mark.parametrize("table", APPEND_ONLY)
    def test_is_kept_by_triggers_that_no_setting_switches_off(self, table: str) -> None:
        triggers = (
            f"SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = '{table}'::regclass"
            " AND tgname LIKE 'refuse%' ORDER BY 1"
        )
        assert ask(triggers) == [("refuse_change", "A"), ("refuse_truncate", "A")]


class TestFunctionsOfTheOwner:
    def test_cannot_be_led_to_other_tables(self) -> None:
        """Each pins its search path, with temporary tables last."""
        unpinned = (
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND 'search_path=public, pg_temp' = ANY (proconfig) IS NOT TRUE"
        )
        assert ask(unpinned) == []

    def test_are_closed_to_the_public(self) -> None:
        public = (
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND has_function_privilege('public', oid, 'execute')"
        )
        assert ask(public) == []
