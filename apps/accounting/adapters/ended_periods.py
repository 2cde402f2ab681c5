# SPDX-License-Identifier: Apache-2.0
"""Periods that are over, for whoever watches that they are closed."""

from datetime import date
from uuid import UUID

from apps.accounting.models import FiscalPeriod

_TAKES_ENTRIES = (FiscalPeriod.State.OPEN, FiscalPeriod.State.SOFT_CLOSED)


class EndedPeriods:
    """Reads the calendar of the companies in scope."""

    def ended_before(self, *, day: date) -> tuple[int, list[UUID]]:
        """Return how many periods ended before that day, and the ids of those that still take entries."""
        ended = FiscalPeriod.objects.filter(end_date__lt=day)
        waiting = ended.filter(state__in=_TAKES_ENTRIES).order_by("end_date", "id")
        return ended.count(), list(waiting.values_list("id", flat=True))
