# SPDX-License-Identifier: Apache-2.0
"""Give every party name its id."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.ids import uuid7


@transactional
def find_or_create_parties(*, company_id: UUID, names: Collection[str]) -> dict[str, UUID]:
    """Return the party id of every name; names not seen before become parties."""
    if not names:
        return {}
    known = _known(company_id, names)
    missing = sorted(set(names) - known.keys())
    if missing:
        _create(company_id, missing)
        # Read again: another call may have created some of them a moment ago, and its rows count.
        known = _known(company_id, names)
    return known


def _known(company_id: UUID, names: Collection[str]) -> dict[str, UUID]:
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT name, party_id FROM accounting_party_name WHERE company_id = %s AND name = ANY(%s)",
            [company_id, list(names)],
        )
        return dict(cursor.fetchall())


def _create(company_id: UUID, names: list[str]) -> None:
    ids = [uuid7() for _ in names]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH fresh AS (SELECT * FROM unnest(%(ids)s::uuid[], %(names)s::text[]) AS f(id, name)),"
            # Names first: who loses a race for one must not leave a party without a name behind.
            " named AS (INSERT INTO accounting_party_name (company_id, party_id, name)"
            "   SELECT %(company)s, id, name FROM fresh ORDER BY name"
            "   ON CONFLICT (company_id, name) DO NOTHING RETURNING party_id)"
            " INSERT INTO accounting_party (company_id, id) SELECT %(company)s, party_id FROM named",
            {"company": company_id, "ids": ids, "names": names},
        )
