# SPDX-License-Identifier: Apache-2.0
"""Whether the logs of processes are sealed in time and unbroken, as probes and scrapers see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLag:
    """Seconds since the custodian that is furthest behind looked at its logs, and since a chain last broke.

    Each is None where it never happened.
    """

    looked_seconds: float | None
    broken_seconds: float | None


class LogCustody(Protocol):
    """Tells how the custody of logs stands; work goes on without it, and lines could be changed unnoticed."""

    def lag(self, *, now: datetime) -> CustodyLag | None:
        """Return it, or None in an installation that seals no log; raises DatabaseMustBeReachable."""
        ...
