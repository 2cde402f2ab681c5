# SPDX-License-Identifier: Apache-2.0
"""Records of procedures, and early ends of exceptions."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from apps.audit.domain.compliance.by_hand import Performed
from apps.audit.models import ExceptionEnd, ProcedureRecord

RECORDS_SHOWN_MAX = 100


def performed_of(*, pack_name: str) -> list[Performed]:
    """Return the newest record of each text of each procedure of the pack."""
    rows = ProcedureRecord.objects.filter(pack_name=pack_name)
    rows = rows.order_by("procedure_id", "procedure_digest", "-performed_date", "-id")
    return [performed_by(row) for row in rows.distinct("procedure_id", "procedure_digest")]


def records_of(*, pack_name: str, procedure_ids: list[str]) -> list[Performed]:
    """Return the newest records of these procedures, the newest first."""
    rows = ProcedureRecord.objects.filter(pack_name=pack_name, procedure_id__in=procedure_ids)
    return [performed_by(row) for row in rows.order_by("-performed_date", "-id")[:RECORDS_SHOWN_MAX]]


def performed_told(*, logged: Mapping[UUID, int], start: datetime, end: datetime) -> list[Performed]:
    """Return what was recorded in the period, and before it the newest of each text of a procedure."""
    rows = ProcedureRecord.objects.filter(id__in=list(logged), recorded_at__lte=end)
    known = [performed_by(row, place=logged[row.id]) for row in rows]
    known.sort(key=lambda each: (each.performed_date, each.place, each.id))
    last = {
        (each.pack_name, each.procedure_id, each.procedure_digest): each.id
        for each in known
        if each.recorded_at < start
    }
    kept = set(last.values())
    return [each for each in known if each.recorded_at >= start or each.id in kept]


def early_ends(*, logged: Collection[UUID], end: datetime) -> dict[UUID, ExceptionEnd]:
    """Return the ends that had come by then, by exception."""
    rows = ExceptionEnd.objects.filter(id__in=logged, ended_at__lte=end)
    return {row.exception_id: row for row in rows}


def performed_by(row: ProcedureRecord, *, place: int = 0) -> Performed:
    """Return the record as controls are judged by it."""
    return Performed(
        id=row.id,
        pack_name=row.pack_name,
        procedure_id=row.procedure_id,
        procedure_digest=row.procedure_digest,
        performed_date=row.performed_date,
        outcome=row.outcome,
        method=row.method,
        note=row.note,
        evidence_sha256=row.evidence_sha256,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        place=place,
    )
