# SPDX-License-Identifier: Apache-2.0
"""A login that row-level security does not bind is refused."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from pytest_django.fixtures import Settings

from cortex.boot.lifecycle.hooks import HOOKS, SERVING, ProcessKind
from cortex.boot.lifecycle.order import ordered
from cortex.database.checks import powers_of_role, refuse_powerful_role
from tests.frame.clones import Clone

VARIABLES = {"default": "DATABASE_URL", "service": "DATABASE_SERVICE_URL"}


@pytest.fixture(params=["default", "service"])
def owner_behind(
    request: pytest.FixtureRequest, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Point an alias at the owner's login, as a careless operator would."""
    alias: str = request.param
    connections[alias].close()
    for field in ("USER", "PASSWORD"):
        monkeypatch.setitem(
            connections[alias].settings_dict, field, connections["owner"].settings_dict[field]
        )
    return alias


def found() -> list[str]:
    return [check.msg for check in run_checks(databases=["default"]) if check.id == "database.E001"]


class TestRole:
    def test_has_no_power(self, committed_database: Clone, settings: Settings) -> None:
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        refuse_powerful_role()
        assert powers_of_role(alias="default") == powers_of_role(alias="service") == found() == []

    def test_must_not_be_the_owner(self, owner_behind: str) -> None:
        expected = "expected a role that row-level security binds, got cortex_owner, the owner."
        assert found() == [f"{VARIABLES[owner_behind]}: {expected}"]
        connections[owner_behind].close()

    def test_stops_a_production_process_when_it_is_the_owner(
        self, owner_behind: str, settings: Settings
    ) -> None:
        refuse_powerful_role()
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        with pytest.raises(ImproperlyConfigured, match="got cortex_owner, the owner"):
            refuse_powerful_role()

    @pytest.mark.parametrize("process", SERVING)
    def test_stops_what_serves_and_no_command(self, process: ProcessKind) -> None:
        names = [hook.name for hook in ordered(hooks=HOOKS, phase="on_boot", process=process)]
        assert "database.roles" in names
        commands = ordered(hooks=HOOKS, phase="on_boot", process="command")
        assert "database.roles" not in [hook.name for hook in commands]

    def test_is_judged_at_the_first_connection_when_the_database_was_away(
        self, owner_behind: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATABASE_ROLES_MUST_BE_SEPARATE = True
        connection = connections[owner_behind]
        with monkeypatch.context() as away:
            away.setitem(connection.settings_dict, "HOST", "/nonexistent")
            refuse_powerful_role()
            with pytest.raises(OperationalError):
                connection.ensure_connection()
        with pytest.raises(ImproperlyConfigured, match="got cortex_owner, the owner"):
            connection.ensure_connection()
        assert connection.connection is None
