# SPDX-License-Identifier: Apache-2.0
"""How the custody of logs stands, from the tables of the custodian."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.audit.selectors.custody import custodians_looked_at, newest_break_at
from cortex.ports.log_custody import CustodyLag

# A machine that was taken away is missed for a day, and then no more.
_MISSED_FOR = timedelta(days=1)


class StoredLogCustody:
    """Reads what the custodians of all machines wrote."""

    def lag(self, *, now: datetime) -> CustodyLag | None:
        """Return the lag, or None where no log is in custody; raises DatabaseMustBeReachable."""
        if not settings.LOG_CUSTODY_FILES:
            return None
        looked = min(custodians_looked_at(since=now - _MISSED_FOR), default=None)
        return CustodyLag(
            looked_seconds=_seconds(looked, now), broken_seconds=_seconds(newest_break_at(), now)
        )


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())
