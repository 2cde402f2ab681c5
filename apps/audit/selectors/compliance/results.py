# SPDX-License-Identifier: Apache-2.0
"""The newest results, their history, and the exceptions that count."""

from django.db.models import Exists, OuterRef

from apps.audit.domain.compliance.exception_document import exception_document
from apps.audit.domain.compliance.posture import Ended, Granted, Seen
from apps.audit.domain.compliance.probe import Status
from apps.audit.models import CheckResult, CheckRun, CompliancePack, ControlException, ExceptionEnd

HISTORY_MAX, RUNS_MAX = 100, 20


def newest_results(*, pack: CompliancePack) -> dict[str, Seen]:
    """Return the newest result of each check of this version: a former one may have asked something else."""
    rows = CheckResult.objects.filter(pack_name=pack.name, run__pack=pack)
    rows = rows.order_by("check_id", "-id").distinct("check_id")
    return {row.check_id: _seen(row) for row in rows}


def history_of(*, pack_name: str, check_ids: list[str], limit: int = HISTORY_MAX) -> list[Seen]:
    """Return the newest results of these checks, the newest first."""
    rows = CheckResult.objects.filter(pack_name=pack_name, check_id__in=check_ids).order_by("-id")
    return [_seen(row) for row in rows[:limit]]


def newest_runs(*, pack_name: str) -> list[CheckRun]:
    """Return the newest runs of the pack, in all its versions."""
    return list(CheckRun.objects.filter(pack__name=pack_name).order_by("-id")[:RUNS_MAX])


def newest_run_digest(*, pack_name: str) -> str | None:
    """Return the digest of the pack's run that none names as the one before, or None before the first.

    Clocks may be set back and ids of two processes may cross; the chain itself knows its end.
    """
    followers = CheckRun.objects.filter(pack__name=pack_name, previous_digest=OuterRef("digest"))
    ends = CheckRun.objects.filter(~Exists(followers), pack__name=pack_name)
    # Runs of format 1 name none before them: they are the end only as long as there is no other.
    return ends.order_by("-format", "-finished_at").values_list("digest", flat=True).first()


def exceptions_of(*, pack_name: str) -> list[Granted]:
    """Return every exception for controls of the pack, the newest first."""
    rows = ControlException.objects.filter(pack_name=pack_name).order_by("-id")
    ends = {end.exception_id: end for end in ExceptionEnd.objects.filter(exception__pack_name=pack_name)}
    return [granted_by(row, end=ends.get(row.id)) for row in rows]


def granted_by(row: ControlException, *, end: ExceptionEnd | None) -> Granted:
    """Return the exception, and its early end, as controls are judged by them."""
    ended = None
    if end is not None:
        ended = Ended(id=end.id, reason=end.reason, ended_by=end.ended_by, ended_at=end.ended_at)
    document = row.document or exception_document(
        pack_name=row.pack_name,
        control_id=row.control_id,
        reason=row.reason,
        ends_date=row.ends_date,
        approved_at=None,
    )
    return Granted(
        id=row.id,
        control_id=row.control_id,
        reason=row.reason,
        requested_by=row.requested_by,
        approved_by=row.approved_by,
        ends_date=row.ends_date,
        document=bytes(document),
        ended=ended,
    )


def _seen(row: CheckResult) -> Seen:
    return Seen(
        check_id=row.check_id,
        status=Status(row.status),
        reason=row.reason,
        checked_at=row.checked_at,
        evidence=row.evidence,
        digest=row.evidence_digest,
        result_id=row.id,
        run_id=row.run_id,
    )
