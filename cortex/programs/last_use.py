# SPDX-License-Identifier: Apache-2.0
"""When a program last asked for something, as far back as decisions are kept.

A token that was stolen is used; one that nobody uses any more should be taken back.
"""

from datetime import datetime
from typing import Any

from cortex.database.service_role import service_transaction

# People who let one client act are many, and those who did so last are the likely ones.
PEOPLE_MAX = 200
# A program is there by itself, or for somebody: for each of these names one look at an index.
_LAST_USE = """
SELECT max(used.decided_at) FROM unnest(%s::text[]) AS who (urn)
 CROSS JOIN LATERAL (SELECT d.decided_at FROM policy_decision d
                      WHERE d.principal = who.urn ORDER BY d.id DESC LIMIT 1) used
"""


def last_use_of_client(client: Any) -> datetime | None:
    """Return when the client last asked, for itself or for one of the latest people who let it."""
    people = client.authorizations.order_by("-granted_at").values_list("user_id", flat=True)
    return _last_use([_urn(client), *(_urn(client, user_id) for user_id in people[:PEOPLE_MAX])])


def last_use_of_token(token: Any) -> datetime | None:
    """Return when the token's client last asked for the token's person, by this token or another one."""
    return _last_use([_urn(token.application, token.user_id)])


def _urn(client: Any, user_id: object = None) -> str:
    return f"client:{client.client_id}" + (f":user:{user_id}" if user_id else "")


def _last_use(urns: list[str]) -> datetime | None:
    # Decisions are their companies' own: the time alone is told here, and not where or what.
    with service_transaction() as cursor:
        cursor.execute(_LAST_USE, [urns])
        found: datetime | None = cursor.fetchone()[0]
    return found
