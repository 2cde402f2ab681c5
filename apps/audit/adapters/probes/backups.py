# SPDX-License-Identifier: Apache-2.0
"""Backups: taken lately, and proved by restoring them."""

from datetime import timedelta

from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.backups.models import Backup, Verification


@probe(
    "backups.taken",
    title="A backup was taken lately",
    remedy="`cortex backup`; look whether the schedule runs.",
    hours=48,
)
def taken(asked: Asked) -> Finding:
    """Look at the newest backup."""
    newest = Backup.objects.order_by("-taken_at").first()
    if newest is None:
        return unknown("No backup was ever taken.")
    age = asked.now - newest.taken_at
    return judged(
        age <= timedelta(hours=asked["hours"]),
        well="A backup was taken lately.",
        ill=f"Expected a backup of the last {asked['hours']} h, got one of {newest.taken_at:%Y-%m-%d}.",
        age_seconds=int(age.total_seconds()),
        digest=newest.digest,
    )


@probe(
    "backups.restored",
    title="A backup was restored lately, and was equal",
    remedy="Restore the newest backup into an empty place, and `cortex verify-restore`; see the runbook.",
    days=30,
)
def restored(asked: Asked) -> Finding:
    """Look at the newest comparison of a restored database with its backup."""
    newest = Verification.objects.order_by("-verified_at").first()
    if newest is None:
        return unknown("No backup was ever restored.")
    age = asked.now - newest.verified_at
    return judged(
        newest.is_equal and age <= timedelta(days=asked["days"]),
        well="A backup was restored lately, and was equal.",
        ill=f"The last restore was compared {age.days} days ago; equal: {newest.is_equal}.",
        age_days=age.days,
        is_equal=newest.is_equal,
        report=newest.report_digest,
    )
