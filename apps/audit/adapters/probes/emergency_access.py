# SPDX-License-Identifier: Apache-2.0
"""Emergency access: not for long, and looked at afterwards."""

from datetime import timedelta

from apps.audit.adapters.probes.counting import days_before, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, probe
from cortex.break_glass.models import BreakGlassAccess


@probe(
    "break_glass.open",
    title="No emergency access is open for long",
    remedy="End the access under 'Emergency access', and review what was done with it.",
    hours=4,
)
def open_for_long(asked: Asked) -> Finding:
    """Look for accesses that are open now and were opened long ago."""
    opened = BreakGlassAccess.objects.filter(ended_at=None, expires_at__gt=asked.now)
    return none_of(
        opened.filter(opened_at__lt=asked.now - timedelta(hours=asked["hours"])),
        of=opened.count(),
        well="No emergency access is open for long.",
        ill=f"Emergency accesses that are open for more than {asked['hours']} h",
    )


@probe(
    "break_glass.reviewed",
    title="Every emergency access was reviewed",
    remedy="Let somebody who did not have the access review it under 'Emergency access'.",
    days=7,
)
def reviewed(asked: Asked) -> Finding:
    """Look for accesses that are over for days and that nobody looked at."""
    over = BreakGlassAccess.objects.filter(expires_at__lt=days_before(asked))
    return none_of(
        over.filter(reviewed_at=None),
        of=over.count(),
        well="Every emergency access that is over was reviewed.",
        ill=f"Emergency accesses that nobody reviewed within {asked['days']} days",
    )
