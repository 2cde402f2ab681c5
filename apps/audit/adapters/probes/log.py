# SPDX-License-Identifier: Apache-2.0
"""The audit log: in order, signed, cosigned, and equal to the books."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from apps.audit.adapters.probes.counting import none_of
from apps.audit.domain.compliance.probe import Asked, Finding, failed, judged, probe, unknown
from apps.audit.models import (
    AuditReconciliation,
    Checkpoint,
    DenialComparison,
    LogComparison,
    LogState,
    PlatformComparison,
)
from cortex.ports.log_state import LogState as LogStatePort
from cortex.ports.registry import get
from cortex.tenancy.models import Company


@probe(
    "log.integrated",
    title="Leaves get their place in a signed tree in time",
    remedy="See runbooks/log-does-not-advance.md.",
    minutes=15,
)
def integrated(asked: Asked) -> Finding:
    """Ask how long the oldest unsigned leaf waits."""
    lag = get(LogStatePort).lag(now=asked.now)
    if lag is None:
        return unknown("No signer is configured: nothing is signed.")
    waits = int(lag.unsigned_seconds)
    return judged(
        waits <= asked["minutes"] * 60,
        well="No leaf waits for long.",
        ill=f"The oldest unsigned leaf waits for {waits} s.",
        unsigned_seconds=waits,
    )


@probe(
    "log.signed",
    title="There is a signed tree, and it is not behind",
    remedy="See runbooks/log-does-not-advance.md.",
    minutes=60,
)
def signed(asked: Asked) -> Finding:
    """Compare the newest checkpoint with the tree."""
    state, newest = LogState.objects.first(), Checkpoint.objects.order_by("-size").first()
    if state is None or newest is None:
        return unknown("No tree is signed yet.")
    age = int((asked.now - newest.signed_at).total_seconds())
    return judged(
        newest.size >= state.size or age <= asked["minutes"] * 60,
        well="The newest checkpoint covers the tree.",
        ill=f"The newest checkpoint is of {age} s ago and covers {newest.size} of {state.size} leaves.",
        checkpoint_size=newest.size,
        tree_size=state.size,
        age_seconds=age,
    )


@probe(
    "log.cosigned",
    title="Every witness has cosigned the newest tree",
    remedy="See runbooks/log-does-not-advance.md: ask the witness's people.",
    minutes=60,
)
def cosigned(asked: Asked) -> Finding:
    """Look for trees that are signed for long and not cosigned by all witnesses."""
    if not settings.AUDIT_WITNESSES:
        return unknown("No witness is configured: nobody outside would notice a loss.")
    state = LogState.objects.first()
    if state is None or not Checkpoint.objects.exists():
        return unknown("No tree is signed yet.")
    checkpoints = Checkpoint.objects.filter(size__gt=state.cosigned_size)
    return none_of(
        checkpoints.filter(signed_at__lt=asked.now - timedelta(minutes=asked["minutes"])),
        of=checkpoints.count(),
        well="Every witness keeps up.",
        ill="Signed trees that not every witness has cosigned",
        key="size",
        cosigned_size=state.cosigned_size,
    )


@probe(
    "log.reconciled",
    title="Books and log are equal",
    remedy="See runbooks/books-differ-from-log.md.",
    hours=48,
)
def reconciled(asked: Asked) -> Finding:
    """Look for companies whose last comparison found differences, and at the last ones of leaves and tree,
    of the platform and of denials.
    """
    since = asked.now - timedelta(hours=asked["hours"])
    for last_of in (_of_leaves, _of_platform, _of_denials):
        if (about := last_of(since, asked["hours"])) is not None:
            return about
    companies = Company.objects.all()
    last = AuditReconciliation.objects.filter(company_id=OuterRef("pk"), finished_at__gte=since)
    fresh = AuditReconciliation.objects.filter(finished_at__gte=since)
    if not fresh.exists():
        return unknown(f"Nothing was compared in {asked['hours']} h.")
    differing = Exists(last.filter(difference_count__gt=0))
    late = ~Exists(last) & Q(created_at__lt=since)
    offending = companies.filter(differing | late)
    # What is red is told first: not to know of denials must not hide it.
    if not offending.exists() and _were_denials_never_compared(since):
        return unknown("Denials were never compared with their seals.")
    return none_of(
        offending,
        of=companies.count(),
        well="Books and log were compared, and are equal.",
        ill="Companies whose books differ from the log, or were not compared",
    )


def _were_denials_never_compared(since: datetime) -> bool:
    """Return whether a company is old enough for it, and there was none."""
    return not DenialComparison.objects.exists() and Company.objects.filter(created_at__lt=since).exists()


def _of_platform(since: datetime, hours: int) -> Finding | None:
    """Return what is wrong with the last comparison of the platform; one that never was is told by others."""
    last = PlatformComparison.objects.order_by("-id").first()
    if last is None:
        return None
    if last.difference_count:
        return failed(
            f"Differences between objects of the platform and the log: {last.difference_count}.",
            platform_difference_count=last.difference_count,
        )
    if last.finished_at < since:
        return failed(
            f"Objects of the platform were not compared with the log in {hours} h.",
            platform_compared_at=last.finished_at.isoformat(),
        )
    return None


def _of_leaves(since: datetime, hours: int) -> Finding | None:
    """Return what is wrong with the last comparison of leaves and tree: differences, or none for long."""
    last = LogComparison.objects.order_by("-id").first()
    if last is not None and last.difference_count:
        return failed(
            f"Differences between stored leaves and the signed tree: {last.difference_count}.",
            leaf_difference_count=last.difference_count,
        )
    oldest = Checkpoint.objects.order_by("size").first()
    # A tree that was first signed in this time could not be compared before.
    if oldest is None or oldest.signed_at >= since or (last is not None and last.finished_at >= since):
        return None
    if last is None:
        return unknown("Stored leaves were never compared with the signed tree.")
    return failed(
        f"Stored leaves were not compared with the signed tree in {hours} h.",
        leaves_compared_at=last.finished_at.isoformat(),
    )


def _of_denials(since: datetime, hours: int) -> Finding | None:
    """Return what is wrong with the last comparison of denials and seals; one that never was is told last."""
    last = DenialComparison.objects.order_by("-id").first()
    if last is not None and last.difference_count:
        return failed(
            f"Differences between denials and their seals: {last.difference_count}.",
            denial_difference_count=last.difference_count,
        )
    if last is None or last.finished_at >= since:
        return None
    return failed(
        f"Denials were not compared with their seals in {hours} h.",
        denials_compared_at=last.finished_at.isoformat(),
    )


@probe(
    "log.signer",
    title="Trees are signed by a process of its own, for a named log",
    remedy="Set AUDIT_SIGNER_SOCKET and AUDIT_LOG_ORIGIN: docs/operations/log.md.",
)
def signer(asked: Asked) -> Finding:
    """Look at whether a signer is configured, and which log it signs."""
    origin = settings.AUDIT_LOG_ORIGIN
    return judged(
        bool(settings.AUDIT_SIGNER_SOCKET) and not origin.startswith("localhost"),
        well=f"A signer signs {origin}.",
        ill="No signer is configured, or the log has no name that others could know it by.",
        origin=origin,
        has_signer=bool(settings.AUDIT_SIGNER_SOCKET),
    )
