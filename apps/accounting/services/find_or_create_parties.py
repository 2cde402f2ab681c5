# SPDX-License-Identifier: Apache-2.0
"""Give every party name its id."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from apps.accounting.domain.party_name import PARTY_NAME, check_party_name
from apps.accounting.selectors.parties import parties_named
from apps.accounting.selectors.party_names import name_indexes, names_must_be_readable
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.key_management import KeyMustExist
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.sealing import SealedText, seal_texts

_CREATE = """
WITH fresh AS (
  SELECT * FROM unnest(%(ids)s::uuid[], %(keys)s::uuid[], %(sealed)s::bytea[], %(indexes)s::bytea[])
    AS f(id, key_id, sealed, index)),
-- Names first: who loses a race for one must not leave a party without a name behind.
named AS (
  INSERT INTO accounting_party_name (company_id, party_id, name_key_id, name_sealed, name_index)
  SELECT %(company)s, id, key_id, sealed, index FROM fresh ORDER BY index
  ON CONFLICT (company_id, name_index) DO NOTHING RETURNING party_id)
INSERT INTO accounting_party (company_id, id) SELECT %(company)s, party_id FROM named
"""


@transactional
def find_or_create_parties(*, company_id: UUID, names: Collection[str]) -> dict[str, UUID]:
    """Return the party id of every name; names not seen before become parties, sealed.

    Raises: PartyNamesMustBeReadable, PartyNameMustBeAName.
    """
    if not names:
        return {}
    for name in names:
        check_party_name(name)
    known = parties_named(company_id=company_id, names=names, may_make=True)
    missing = sorted(set(names) - known.keys())
    if missing:
        _create(company_id, missing)
        # Read again: another call may have created some of them a moment ago, and its rows count.
        known = parties_named(company_id=company_id, names=names)
    return known


def _create(company_id: UUID, names: list[str]) -> None:
    indexes = name_indexes(company_id=company_id, names=names)
    name_of = {uuid7(): name for name in names}
    rows = _sealed(company_id, name_of)
    with connection.cursor() as cursor:
        cursor.execute(
            _CREATE,
            {
                "company": company_id,
                "ids": [row.row_id for row in rows],
                "keys": [row.key_id for row in rows],
                "sealed": [row.content for row in rows],
                "indexes": [indexes[name_of[row.row_id]] for row in rows],
            },
        )


def _sealed(company_id: UUID, name_of: dict[UUID, str]) -> list[SealedText]:
    try:
        return seal_texts(field=PARTY_NAME, company_id=company_id, texts=name_of)
    except (VaultMustBeReachable, KeyMustExist) as error:
        raise names_must_be_readable(error) from error
