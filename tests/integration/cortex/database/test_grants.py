# SPDX-License-Identifier: Apache-2.0
"""What the application role may do to tables of libraries."""

import pytest
from django.core.management import call_command
from django.db import connections

from cortex.database.grants import APPLICATION_GRANTS, TableMustHaveAGrantRule, library_tables
from tests.frame.clones import Clone

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def held(table: str) -> set[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT privilege FROM unnest(%s::text[]) AS privilege"
            " WHERE has_table_privilege('cortex_app', %s, privilege)",
            [list(PRIVILEGES), table],
        )
        return {row[0] for row in cursor.fetchall()}


def execute(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


class TestLibraryTables:
    @pytest.mark.django_db
    def test_have_exactly_the_rights_of_their_rule(self) -> None:
        for table, rule in APPLICATION_GRANTS.items():
            assert held(table) == set(filter(None, rule.split(", "))), table

    @pytest.mark.django_db(databases=["default", "owner"])
    def test_all_have_a_rule_and_each_rule_a_table(self) -> None:
        assert library_tables(using="owner") == set(APPLICATION_GRANTS)

    def test_that_nobody_decided_about_stop_the_migration(self, committed_database: Clone) -> None:
        execute("CREATE TABLE newlib_thing (id integer)")
        with pytest.raises(TableMustHaveAGrantRule, match="Tables newlib_thing: expected a rule"):
            call_command("migrate", verbosity=0)
        assert held("newlib_thing") == set()

    def test_lose_rights_that_their_rule_does_not_give(self, committed_database: Clone) -> None:
        execute("GRANT DELETE, TRUNCATE ON django_migrations TO cortex_app")
        call_command("migrate", verbosity=0)
        assert held("django_migrations") == {"SELECT"}
