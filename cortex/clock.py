# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the time: the adapter of the port Clock. Only wiring, boot and tests import it."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(tz=UTC)


def today() -> date:
    """Return today's date in UTC."""
    return now().date()


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return now()

    def today(self) -> date:
        """Return today's date in UTC."""
        return today()
