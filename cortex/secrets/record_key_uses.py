# SPDX-License-Identifier: Apache-2.0
"""Write down that keys were used: a row and a leaf for each kind of use in an hour, whoever comes first.

How often leaves a leaf once it is added up.
"""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID

from django.db import connection

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.secrets.use import Tally, Use
from cortex.tenancy import scope

VERB, OBJECT_TYPE = "secrets.key.used", "secrets.key_use"
_INSERT = """
INSERT INTO secrets_key_use (id, hour_at, used_at, keeper, key_id, version, operation, process, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT ON CONSTRAINT key_use_unique DO NOTHING
"""
# Waits for whoever adds up: no leaf speaks of it yet.
_COUNT = """
INSERT INTO secrets_key_tally (id, keeper, key_id, version, operation, process, uses, since_at, until_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record_key_uses(*, uses: Sequence[Use], tallies: Sequence[Tally] = ()) -> None:
    """Append what no process has written yet for its hour; keys are the platform's, so no company sees it."""
    with scope([]):
        _append(uses, tallies)


@transactional
def _append(uses: Sequence[Use], tallies: Sequence[Tally]) -> None:
    for tally in tallies:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [uuid7(), *astuple(tally)])
    for use in uses:
        use_id, digest = uuid7(), canonical_digest(statement_of(use))
        if _is_first(use_id, use, digest):
            record = AuditRecord(verb=VERB, object_type=OBJECT_TYPE, object_id=use_id, digest=digest)
            actor = Principal.service(use.process)
            get(AuditLog).append(company_id=None, actor=actor, records=[record])


def statement_of(use: Any) -> dict[str, str | int]:
    """Return what the digest of a use is taken of; a stored row has the same fields."""
    return {
        "keeper": use.keeper,
        "key_id": use.key_id,
        "version": use.version,
        "operation": use.operation,
        "process": use.process,
        "used_at": use.used_at.isoformat(timespec="microseconds"),
    }


def _is_first(use_id: UUID, use: Use, digest: str) -> bool:
    told = (use.keeper, use.key_id, use.version, use.operation, use.process)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [use_id, use.hour_at, use.used_at, *told, digest])
        return bool(cursor.rowcount)
