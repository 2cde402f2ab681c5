# SPDX-License-Identifier: Apache-2.0
"""Which packs and exceptions counted in a period, as a signed tree knew it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.audit.models import Checkpoint, CheckRun, CompliancePack, ControlException
from apps.audit.selectors.compliance.assessed import Bounds


def signed_at(*, size: int) -> datetime:
    """Return when the checkpoint of this size was signed."""
    return Checkpoint.objects.get(size=size).signed_at


def packs_told(*, approved: Collection[UUID], runs: list[CheckRun], bounds: Bounds) -> list[CompliancePack]:
    """Return the versions that runs are of, and the one of each name that counted at the end."""
    ran = CompliancePack.objects.filter(id__in={run.pack_id for run in runs})
    found = {row.id: row for row in ran}
    rows = CompliancePack.objects.filter(id__in=approved, approved_at__lte=bounds.end)
    newest: dict[str, CompliancePack] = {}
    for row in sorted(rows, key=lambda each: each.pack.order):
        newest[row.name] = row
    found |= {row.id: row for row in newest.values()}
    return list(found.values())


def exceptions_told(*, logged: Collection[UUID], bounds: Bounds) -> list[ControlException]:
    """Return the exceptions that were agreed to before the end, and counted in the period."""
    rows = ControlException.objects.filter(
        id__in=logged, approved_at__lte=bounds.end, ends_date__gt=min(bounds.start, bounds.end).date()
    )
    return list(rows.order_by("id"))
