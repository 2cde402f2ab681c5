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
CERTIFICATE = "pki.certificate"
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
    _leave_leaves(list(map(_issued, new)), actor=recorded_by)
    _leave_leaves(list(map(_revoked, gone)), actor=recorded_by)
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


def _leave_leaves(records: Sequence[AuditRecord], *, actor: Principal) -> None:
    if records:
        get(AuditLog).append(company_id=None, actor=actor, records=records)


def _issued(row: Certificate) -> AuditRecord:
    return AuditRecord(
        verb="pki.certificate.issue",
        object_type=CERTIFICATE,
        object_id=row.id,
        digest=certificate_digest(row, is_revoked=False),
        is_new=True,
    )


def _revoked(row: Certificate) -> AuditRecord:
    return AuditRecord(
        verb="pki.certificate.revoke",
        object_type=CERTIFICATE,
        object_id=row.id,
        digest=certificate_digest(row, is_revoked=True),
        before=certificate_digest(row, is_revoked=False),
    )


def certificate_digest(row: Certificate, *, is_revoked: bool) -> str:
    """Return the digest of what was certified, and with `is_revoked` of when it was taken back, if it was."""
    lines = [row.serial, row.spiffe_id, row.starts_at.isoformat(), row.ends_at.isoformat()]
    if is_revoked and row.revoked_at:
        lines.append(row.revoked_at.isoformat())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
