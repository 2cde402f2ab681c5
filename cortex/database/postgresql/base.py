# SPDX-License-Identifier: Apache-2.0
"""The connection: its login is asked for when it opens, and it closes before that login ends."""

import time
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresqlWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError as ConnectionRefused

from cortex.ports.database_logins import DatabaseLogin, DatabaseLogins
from cortex.ports.registry import get

# A statement that has just begun when the login ends should be through by then.
MARGIN_SECONDS = 5.0
# The word that a server puts before its own refusals, in every language; without it nobody answered.
_REFUSED_BY_THE_SERVER = "FATAL"


class DatabaseWrapper(PostgresqlWrapper):
    """One connection of one thread, under a login of its alias's role."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return Django's parameters with the login of this moment; raises VaultMustBeReachable."""
        parameters: dict[str, Any] = super().get_connection_params()
        login = get(DatabaseLogins).login(alias=self.alias)
        self._login_ends_at = time.monotonic() + login.good_for_seconds
        return _with_login(parameters, login)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a login that the server refuses was revoked, and is replaced once."""
        try:
            return super().get_new_connection(conn_params)
        except ConnectionRefused as error:
            if _REFUSED_BY_THE_SERVER not in str(error):
                raise
        get(DatabaseLogins).refused(alias=self.alias, user=conn_params["user"])
        return super().get_new_connection(self.get_connection_params())

    def connect(self) -> None:
        """Connect, and set the time at which Django closes the connection between two requests."""
        super().connect()
        ends_at = self._login_ends_at - MARGIN_SECONDS
        self.close_at = ends_at if self.close_at is None else min(self.close_at, ends_at)

    def is_usable(self) -> bool:
        """Return whether the connection works and its user is still there: `SELECT 1` needs no user."""
        if self.connection is None:
            return False
        try:
            with CursorWrapper(self.create_cursor(), self) as cursor:
                cursor.execute("SELECT session_user")
        except Exception:  # noqa: BLE001 - whatever it is, the connection is replaced
            return False
        return True


def _with_login(parameters: dict[str, Any], login: DatabaseLogin) -> dict[str, Any]:
    return {**parameters, "user": login.user, "password": login.password.reveal()}
