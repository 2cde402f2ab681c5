# SPDX-License-Identifier: Apache-2.0
"""Split a run of days into whole periods and the days left over, so that a report reads few rows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.accounting.selectors.periods import list_periods

# Before and after every date of the books; both are valid in Python and PostgreSQL.
BEGINNING, END = date.min, date.max


@dataclass(frozen=True, slots=True)
class BalanceSpans:
    """Whole periods by id, and at most two runs of days beside them; all dates are inclusive."""

    period_ids: list[UUID]
    day_starts: list[date]
    day_ends: list[date]


def balance_spans(*, company_id: UUID, from_date: date | None, as_of: date | None) -> BalanceSpans:
    """Return what to sum for the movements from `from_date` to `as_of`, open where None."""
    start, end = from_date or BEGINNING, as_of or END
    spans = BalanceSpans(period_ids=[], day_starts=[], day_ends=[])
    for period in list_periods(company_id=company_id, reader=None):
        first, last = max(start, period.start_date), min(end, period.end_date)
        if first > last:
            continue
        if (first, last) == (period.start_date, period.end_date):
            spans.period_ids.append(period.id)
        else:
            spans.day_starts.append(first)
            spans.day_ends.append(last)
    return spans
