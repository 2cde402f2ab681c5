# SPDX-License-Identifier: Apache-2.0
"""How far the log of what was done is behind, as probes and scrapers see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLag:
    """Seconds since the oldest leaf that is in no signed tree, and since the oldest tree nobody cosigned.

    Both are 0 where nothing waits.
    """

    unsigned_seconds: float
    uncosigned_seconds: float


class LogState(Protocol):
    """Tells how far behind the log is; leaves wait without harm, but nobody outside could miss them."""

    def lag(self, *, now: datetime) -> LogLag | None:
        """Return it, or None in an installation that signs no log; raises DatabaseMustBeReachable."""
        ...
