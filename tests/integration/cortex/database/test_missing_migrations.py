# SPDX-License-Identifier: Apache-2.0
"""Worker and beat of a new release do not start before `migrate`: what they would do fails for good."""

import pytest
from django.db import OperationalError, connections

from cortex.boot.lifecycle.boot import Boot
from cortex.boot.lifecycle.errors import HookMustSucceed
from cortex.boot.lifecycle.hooks import HOOKS, ProcessKind
from cortex.boot.lifecycle.order import ordered
from cortex.database.missing_migrations import (
    MigrationsMustBeApplied,
    missing_migrations,
    refuse_while_migrations_are_missing,
)
from tests.frame.clones import Clone

NAME = "database.migrations"


def forget_newest_migration() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'policy' AND name >= '0003'")


class TestMissingMigrations:
    def test_are_none_where_all_were_applied(self, committed_database: Clone) -> None:
        assert missing_migrations() == ()
        refuse_while_migrations_are_missing()

    def test_are_named_with_what_to_do(self, committed_database: Clone) -> None:
        forget_newest_migration()
        assert missing_migrations()[0] == "policy.0003_packaged_texts"
        with pytest.raises(MigrationsMustBeApplied, match=r"0003_packaged_texts; run `cortex migrate`"):
            refuse_while_migrations_are_missing()

    def test_of_a_database_that_is_away_stop_nothing(
        self, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connections.settings["default"], "HOST", "/nonexistent")
        connections["default"].close()
        with pytest.raises(OperationalError, match="/nonexistent"):
            missing_migrations()
        # Nobody can tell what is missing, and the process starts.
        refuse_while_migrations_are_missing()


class TestStart:
    @pytest.mark.parametrize("process", ["worker", "beat"])
    def test_is_refused_to_who_works_in_the_background(
        self, process: ProcessKind, committed_database: Clone
    ) -> None:
        forget_newest_migration()
        boot = Boot(process=process, hooks=HOOKS)
        with pytest.raises(HookMustSucceed, match=r"Hook database\.migrations of on_boot failed"):
            boot.run("on_boot")

    @pytest.mark.parametrize("process", ["web", "command"])
    def test_is_not_looked_at_by_who_answers_or_migrates(self, process: ProcessKind) -> None:
        found = {each.name for each in ordered(hooks=HOOKS, phase="on_boot", process=process)}
        assert NAME not in found
