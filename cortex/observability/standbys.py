# SPDX-License-Identifier: Apache-2.0
"""Whether a failover of the database could take back what was acknowledged: a warning and a metric."""

from prometheus_client import Gauge

from cortex.database.standbys import connected_standbys

NOT_AWAITED = Gauge(
    "cortex_database_standbys_not_awaited",
    "Standbys of the database, none of which commits wait for; 0 where there is none or they wait for one.",
    multiprocess_mode="livemax",
)


def standbys_are_awaited() -> bool | None:
    """Return whether commits wait for a standby, None where none follows."""
    found = connected_standbys()
    return found.are_awaited if found.count else None


def observe_standbys() -> None:
    """Set the metric anew."""
    found = connected_standbys()
    NOT_AWAITED.set(found.count if found.may_lose else 0)
