# SPDX-License-Identifier: Apache-2.0
"""Which state of a fiscal period may follow which."""

from enum import StrEnum

from apps.accounting.domain.errors import PeriodMustBeOpen, PeriodStateMustAllowTheChange


class PeriodState(StrEnum):
    """Open takes postings; soft-closed takes them from a controller; locked is for good."""

    OPEN = "open"
    SOFT_CLOSED = "soft_closed"
    CLOSED = "closed"
    LOCKED = "locked"


_FOLLOWERS: dict[PeriodState, frozenset[PeriodState]] = {
    PeriodState.OPEN: frozenset({PeriodState.SOFT_CLOSED, PeriodState.CLOSED}),
    PeriodState.SOFT_CLOSED: frozenset({PeriodState.OPEN, PeriodState.CLOSED}),
    PeriodState.CLOSED: frozenset({PeriodState.OPEN, PeriodState.SOFT_CLOSED, PeriodState.LOCKED}),
    PeriodState.LOCKED: frozenset(),
}


def followers(state: PeriodState) -> frozenset[PeriodState]:
    """Return the states that may follow this one."""
    return _FOLLOWERS[state]


def check_change(*, period: str, state: PeriodState, wanted: PeriodState) -> None:
    """Refuse a change that the life of a period does not know; raises PeriodStateMustAllowTheChange."""
    possible = followers(state)
    if wanted not in possible:
        expected = ", ".join(sorted(possible)) or "no further change: a lock is for good"
        raise PeriodStateMustAllowTheChange(
            f"Fiscal period {period}, now {state}: expected a change to {expected}; got {wanted}.",
            evidence={"object": period, "state": state, "expected": sorted(possible), "got": wanted},
        )


def period_must_be_open(*, day: str, period: str | None, state: str | None) -> PeriodMustBeOpen:
    """Return the refusal to post on this day (YYYY-MM-DD); without a fiscal year it has no period."""
    found = f"period {period}, which is {state}" if period else "no fiscal period"
    remedy = "Choose a date in an open period." if period else "Open the fiscal year, or choose another date."
    return PeriodMustBeOpen(
        f"Journal entry of {day}: expected an open fiscal period, got {found}. {remedy}",
        evidence={"object": day, "expected": "open", "got": state, "period": period, "remedy": remedy},
    )
