# SPDX-License-Identifier: Apache-2.0
"""A login that row-level security does not bind is refused."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django.fixtures import Settings

from cortex.database.checks import powers_of_application_role, refuse_powerful_role
from tests.frame.clones import Clone


@pytest.fixture
def owner_as_application(committed_database: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point `default` at the owner's login, as a careless operator would."""
    default, owner = connections["default"], connections["owner"]
    default.close()
    for field in ("USER", "PASSWORD"):
        monkeypatch.setitem(default.settings_dict, field, owner.settings_dict[field])


class TestApplicationRole:
    def test_has_no_power(self, committed_database: Clone) -> None:
        assert powers_of_application_role() == []
        assert [found.id for found in run_checks(databases=["default"]) if found.id == "database.E001"] == []

    def test_must_not_be_the_owner(self, owner_as_application: None) -> None:
        found = [check for check in run_checks(databases=["owner"]) if check.id == "database.E001"]
        assert [check.msg for check in found] == [
            "DATABASE_URL: expected a role that row-level security binds, got cortex_owner, the owner."
        ]
        connections["default"].close()

    def test_stops_a_production_process_when_it_is_the_owner(
        self, owner_as_application: None, settings: Settings
    ) -> None:
        refuse_powerful_role()
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        with pytest.raises(ImproperlyConfigured, match="got cortex_owner, the owner"):
            refuse_powerful_role()

    def test_is_not_judged_while_the_database_is_away(
        self, committed_database: Clone, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        connections["default"].close()
        monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nonexistent")
        refuse_powerful_role()
