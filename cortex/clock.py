# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the time. Everything else takes the time as an argument."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(tz=UTC)


def today() -> date:
    """Return today's date in UTC."""
    return now().date()
