# SPDX-License-Identifier: Apache-2.0
"""The newest seals over denials beside their leaves, for pages that tell how the log stands."""

import hashlib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from apps.audit.domain.denials.told import readable
from apps.audit.domain.policy_names import SEAL_DENIALS
from apps.audit.domain.standing import SealWord
from cortex.database.service_role import service_transaction

SHOWN = 10
_NEWEST = """
SELECT seal.ordinal, seal.sealed_at, seal.denial_count, seal.statement, seal.denials, entry.leaf_id,
       place.leaf_index, convert_from(entry.body, 'UTF8')::jsonb ->> 'digest'
  FROM (SELECT * FROM audit_denial_seal WHERE {company} ORDER BY ordinal DESC LIMIT %(shown)s) seal
  LEFT JOIN LATERAL (SELECT id, leaf_id, body FROM audit_entry
                      WHERE {company} AND object_id = seal.id AND verb = %(verb)s
                      ORDER BY id LIMIT 1) entry ON true
  LEFT JOIN audit_leaf place ON place.entry_id = entry.id
 ORDER BY seal.ordinal DESC
"""


def newest_seals(*, company_id: UUID | None, differing: Collection[int]) -> list[SealWord]:
    """Return the newest seals of a company, or those over all; `differing` are places found at night."""
    company = "company_id IS NULL" if company_id is None else "company_id = %(company)s"
    asked = {"company": company_id, "verb": SEAL_DENIALS, "shown": SHOWN}
    with service_transaction() as cursor:
        cursor.execute(_NEWEST.replace("{company}", company), asked)
        return [_word(company_id, row, differing) for row in cursor.fetchall()]


def _word(company_id: UUID | None, row: tuple[Any, ...], differing: Collection[int]) -> SealWord:
    ordinal, sealed_at, count, statement, denials, leaf_id, leaf_index, digest = row
    statement, stored = bytes(statement), bytes(denials)
    seal = readable(company_id=company_id, ordinal=ordinal, statement=statement, stored=stored)
    is_its_leafs = digest == hashlib.sha256(statement).hexdigest()
    return SealWord(
        ordinal=ordinal,
        since=seal.interval.since.at if seal else None,
        until=seal.interval.until.at if seal else None,
        sealed_at=sealed_at,
        denial_count=count,
        is_as_sealed=seal is not None and is_its_leafs and ordinal not in differing,
        leaf_id=leaf_id,
        leaf_index=leaf_index,
    )
