# SPDX-License-Identifier: Apache-2.0
"""How far the mirror of the log is behind, as probes and scrapers see it."""

from datetime import datetime
from typing import Protocol


class LogMirrorState(Protocol):
    """Tells how long ago the mirror was last as new as the log."""

    def behind_seconds(self, *, now: datetime) -> float | None:
        """Return it, None where no mirror is configured; infinity before the first time.

        Raises: DatabaseMustBeReachable.
        """
        ...
