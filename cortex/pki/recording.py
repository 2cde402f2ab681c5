# SPDX-License-Identifier: Apache-2.0
"""Bring the authority's register into the database, where people see it and the log remembers it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cortex.database.transactions import transactional
from cortex.pki.actions import RECORD
from cortex.pki.issued import Issued
from cortex.pki.models import Certificate
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

RECORDED_MAX = 10_000
# "certs" in ASCII, so that nobody else takes the same number by accident.
_REGISTER = 0x6365727473


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many certificates are new here, and how many were taken back since."""

    added: int
    revoked: int


@transactional
def record_issued(*, issued: Sequence[Issued], recorded_by: Principal, at: datetime) -> Recorded:
    """Add what the register has and the database has not; a second call changes nothing.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=recorded_by, action=RECORD, company_id=None)
    lines = {each.serial: each for each in issued[:RECORDED_MAX]}
    _take_turns()
    known = {row.serial: row for row in Certificate.objects.filter(serial__in=lines)}
    new = [_row(each, at=at) for serial, each in lines.items() if serial not in known]
    back = [row for row in known.values() if lines[row.serial].revoked_at and row.revoked_at is None]
    for row in back:
        row.revoked_at = lines[row.serial].revoked_at
    Certificate.objects.bulk_create(new)
    for row in back:
        row.save(update_fields=["revoked_at"])
    gone = [*back, *(row for row in new if row.revoked_at is not None)]
    _leave_leaves("pki.certificate.issue", new, actor=recorded_by)
    _leave_leaves("pki.certificate.revoke", gone, actor=recorded_by)
    return Recorded(added=len(new), revoked=len(gone))


def _take_turns() -> None:
    """Wait for others that record; two would meet in the unique serial, and leave two leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTER])


def _row(issued: Issued, *, at: datetime) -> Certificate:
    return Certificate(
        serial=issued.serial,
        spiffe_id=issued.spiffe_id,
        starts_at=issued.starts_at,
        ends_at=issued.ends_at,
        revoked_at=issued.revoked_at,
        recorded_at=at,
    )


def _leave_leaves(verb: str, rows: Sequence[Certificate], *, actor: Principal) -> None:
    if rows:
        get(AuditLog).append(company_id=None, actor=actor, records=[_record(verb, row) for row in rows])


def _record(verb: str, row: Certificate) -> AuditRecord:
    content = f"{row.serial}\n{row.spiffe_id}\n{row.starts_at.isoformat()}\n{row.ends_at.isoformat()}"
    digest = hashlib.sha256(content.encode()).hexdigest()
    return AuditRecord(verb=verb, object_type="pki.certificate", object_id=row.id, digest=digest)
