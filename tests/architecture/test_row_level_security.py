# SPDX-License-Identifier: Apache-2.0
"""Every table of a company is guarded by the scope, and the guard binds its owner too."""

import pytest
from django.db import connections

from tests.architecture.catalogue import company_tables, unguarded_tables

# Functions of the owner look here before anybody's scope is known; what they answer is bounded.
NOT_FORCED = {
    "tenancy_company",  # tenancy_company_id(): a code gives an id or nothing
    "break_glass_access",  # break_glass_open_of(): what a user has opened
    "identity_membership",  # identity_memberships_of(): a user's own companies
}
SCOPED = "CALL cortex_scope_by_company('accounting_note')"


@pytest.mark.django_db
class TestRowLevelSecurity:
    def test_guards_every_table_of_a_company(self) -> None:
        assert unguarded_tables(not_forced=NOT_FORCED) == []

    def test_covers_ledger_audit_outbox_and_files(self) -> None:
        guarded = {table.name for table in company_tables()}
        assert guarded >= {
            "accounting_journal_entry",
            "accounting_journal_line",
            "audit_entry",
            "audit_detail",
            "audit_leaf",
            "audit_company_tree",
            "events_outbox_event",
            "storage_stored_file",
        }


@pytest.mark.django_db(databases=["owner"])
class TestUnguardedTable:
    @pytest.mark.parametrize(
        "guard",
        [
            "",
            "ALTER TABLE accounting_note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"{SCOPED}; ALTER TABLE accounting_note NO FORCE ROW LEVEL SECURITY",
            f"{SCOPED}; CREATE POLICY anybody ON accounting_note TO cortex_app USING (true)",
        ],
        ids=["without", "without a policy", "not forced", "with a second policy"],
    )
    def test_is_found(self, guard: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"CREATE TABLE accounting_note (company_id uuid NOT NULL, text text); {guard}")
        assert unguarded_tables(not_forced=NOT_FORCED, using="owner") == ["accounting_note"]
