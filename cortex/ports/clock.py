# SPDX-License-Identifier: Apache-2.0
"""What time it is, for whoever cannot be told."""

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """Reads the time. Whoever can take it as an argument does; services and shells ask here."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return today's date in UTC."""
        ...
