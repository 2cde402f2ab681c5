# SPDX-License-Identifier: Apache-2.0
"""Whether the logs of processes are sealed: a warning in the probe, a metric for an alarm."""

from prometheus_client import Gauge

from cortex.ports.clock import Clock
from cortex.ports.log_custody import LogCustody
from cortex.ports.registry import get

# The custodian looks every minute. A broken chain is told for a day: somebody must look, once.
LOOKED_WITHIN, BROKEN_FOR = 600.0, 86_400.0
LOOKED_SECONDS = Gauge(
    "cortex_log_custody_lag_seconds",
    "Seconds since the custodian that is furthest behind looked at the logs of its machine.",
    multiprocess_mode="livemax",
)


def logs_are_in_custody() -> bool | None:
    """Return whether the logs are looked after and no chain broke today, None where none is sealed.

    Raises: DatabaseMustBeReachable.
    """
    lag = get(LogCustody).lag(now=get(Clock).now())
    if lag is None:
        return None
    is_late = lag.looked_seconds is None or lag.looked_seconds > LOOKED_WITHIN
    return not is_late and (lag.broken_seconds is None or lag.broken_seconds > BROKEN_FOR)


def observe_custody() -> None:
    """Set the metric anew, once a custodian looked; raises DatabaseMustBeReachable."""
    lag = get(LogCustody).lag(now=get(Clock).now())
    if lag is not None and lag.looked_seconds is not None:
        LOOKED_SECONDS.set(lag.looked_seconds)
