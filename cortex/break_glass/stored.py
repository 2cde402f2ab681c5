# SPDX-License-Identifier: Apache-2.0
"""What policies are told of emergency access: read once a request, compared with the clock each time."""

from uuid import UUID

from cortex.database.statements import prepared_cursor
from cortex.identity.standing import Standing
from cortex.ports.clock import Clock
from cortex.ports.emergency_access import OpenAccess
from cortex.ports.registry import get


class StoredEmergencyAccess:
    """The adapter behind the port: one question to the database a second in each request or command."""

    def opened_by(self, *, user_id: UUID) -> list[OpenAccess]:
        """Return what this person has open at this very instant."""
        now = get(Clock).now()
        known = get(Standing).recalled(("emergency access", user_id), read=lambda: _read(user_id))
        return [each for each in known if now < each.expires_at]


def _read(user_id: UUID) -> list[OpenAccess]:
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT id, company_id, code, name, status, created_at, expires_at"
            " FROM break_glass_open_of(%s, %s)",
            [user_id, get(Clock).now()],
        )
        return [OpenAccess(*row) for row in cursor.fetchall()]
