# SPDX-License-Identifier: Apache-2.0
"""Give every party name its id."""

from collections.abc import Collection
from secrets import token_bytes
from uuid import UUID

from django.db import connection

from apps.accounting.domain.party_name import PARTY_NAME, check_party_name
from apps.accounting.domain.party_name_digest import PARTY_NAME_OBJECT, SALT_BYTES, name_digest
from apps.accounting.selectors.parties import parties_named
from apps.accounting.selectors.party_names import name_indexes, names_must_be_readable
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.key_management import KeyMustExist
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.sealing import SealedText, seal_texts

WRITE = "accounting.party_name.write"
_CREATE = """
WITH fresh AS (
  SELECT * FROM unnest(%(ids)s::uuid[], %(keys)s::uuid[], %(sealed)s::bytea[], %(indexes)s::bytea[],
                       %(salts)s::bytea[]) AS f(id, key_id, sealed, index, salt)),
-- Names first: who loses a race for one must not leave a party without a name behind.
named AS (
  INSERT INTO accounting_party_name (company_id, party_id, name_key_id, name_sealed, name_index, name_salt)
  SELECT %(company)s, id, key_id, sealed, index, salt FROM fresh ORDER BY index
  ON CONFLICT (company_id, name_index) DO NOTHING RETURNING party_id)
INSERT INTO accounting_party (company_id, id) SELECT %(company)s, party_id FROM named RETURNING id
"""


@transactional
def find_or_create_parties(
    *, company_id: UUID, names: Collection[str], named_by: Principal
) -> dict[str, UUID]:
    """Return the party id of every name; names not seen before become parties, sealed, each with its leaf.

    Raises: PartyNamesMustBeReadable, PartyNameMustBeAName.
    """
    if not names:
        return {}
    for name in names:
        check_party_name(name)
    known = parties_named(company_id=company_id, names=names, may_make=True)
    missing = sorted(set(names) - known.keys())
    if missing:
        _create(company_id, missing, named_by)
        # Read again: another call may have created some of them a moment ago, and its rows count.
        known = parties_named(company_id=company_id, names=names)
    return known


def _create(company_id: UUID, names: list[str], named_by: Principal) -> None:
    indexes = name_indexes(company_id=company_id, names=names)
    name_of = {uuid7(): name for name in names}
    rows = _sealed(company_id, name_of)
    salts = {row.row_id: token_bytes(SALT_BYTES) for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(
            _CREATE,
            {
                "company": company_id,
                "ids": [row.row_id for row in rows],
                "keys": [row.key_id for row in rows],
                "sealed": [row.content for row in rows],
                "indexes": [indexes[name_of[row.row_id]] for row in rows],
                "salts": [salts[row.row_id] for row in rows],
            },
        )
        made = [party_id for (party_id,) in cursor.fetchall()]
    records = [
        AuditRecord(
            verb=WRITE,
            object_type=PARTY_NAME_OBJECT,
            object_id=party_id,
            digest=name_digest(index=indexes[name_of[party_id]], salt=salts[party_id]),
            is_new=True,
        )
        for party_id in made
    ]
    if records:
        get(AuditLog).append(company_id=company_id, actor=named_by, records=records)


def _sealed(company_id: UUID, name_of: dict[UUID, str]) -> list[SealedText]:
    try:
        return seal_texts(field=PARTY_NAME, company_id=company_id, texts=name_of)
    except (VaultMustBeReachable, KeyMustExist) as error:
        raise names_must_be_readable(error) from error
