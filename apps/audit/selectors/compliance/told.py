# SPDX-License-Identifier: Apache-2.0
"""Which packs and exceptions counted in a period, as a signed tree knew it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Max

from apps.audit.models import Checkpoint, CheckRun, CompliancePack, ControlException, ExceptionEnd
from apps.audit.selectors.compliance.assessed import Bounds


def point_in_time(*, size: int, runs: Collection[UUID]) -> datetime:
    """Return when the checkpoint of this size was signed, and not before the end of any of its runs.

    Clocks of two machines may differ by more than the seconds between a run and the signature.
    """
    signed_at = Checkpoint.objects.get(size=size).signed_at
    last = CheckRun.objects.filter(id__in=runs).aggregate(at=Max("finished_at"))["at"]
    return max(signed_at, last or signed_at)


def approved_packs(*, approved: Collection[UUID], bounds: Bounds) -> list[CompliancePack]:
    """Return the versions that had been approved before the end, each name's in their order."""
    rows = CompliancePack.objects.filter(id__in=approved, approved_at__lte=bounds.end)
    return sorted(rows, key=lambda each: (each.name, each.pack.order))


def replacements(packs: Sequence[CompliancePack]) -> dict[UUID, datetime]:
    """Return when each version was replaced by the next of its name; the newest ones were not."""
    return {
        row.id: following.approved_at
        for row, following in pairwise(packs)
        if row.name == following.name and following.approved_at is not None
    }


def packs_told(*, approved: Sequence[CompliancePack], runs: Sequence[CheckRun]) -> list[CompliancePack]:
    """Return the versions that runs are of, and the one of each name that counted at the end."""
    replaced, ran = replacements(approved), {run.pack_id for run in runs}
    return [row for row in approved if row.id in ran or row.id not in replaced]


def exceptions_told(
    *, logged: Collection[UUID], ends: Mapping[UUID, ExceptionEnd], bounds: Bounds
) -> list[ControlException]:
    """Return the exceptions that were agreed to before the end, and counted in the period."""
    rows = ControlException.objects.filter(
        id__in=logged, approved_at__lte=bounds.end, ends_date__gt=min(bounds.start, bounds.end).date()
    )
    return [row for row in rows.order_by("id") if row.id not in ends or ends[row.id].ended_at > bounds.start]
