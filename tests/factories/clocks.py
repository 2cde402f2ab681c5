# SPDX-License-Identifier: Apache-2.0
"""Clocks for tests: they stand where they are put, or run ahead."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cortex import clock


@dataclass
class StoppedClock:
    """Stands still until somebody moves it."""

    at: datetime = field(default_factory=clock.now)

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at

    def today(self) -> date:
        """Return its day."""
        return self.at.date()


def clock_after(by: timedelta) -> StoppedClock:
    """Return a clock that stands this long after now."""
    return StoppedClock(clock.now() + by)


@dataclass(frozen=True)
class ClockAhead:
    """Runs this far ahead of the machine's clock."""

    by: timedelta

    def now(self) -> datetime:
        """Return the time that it shows."""
        return clock.now() + self.by

    def today(self) -> date:
        """Return the day that it shows."""
        return self.now().date()
