# SPDX-License-Identifier: Apache-2.0
"""Whether the mirror of the log keeps up: a warning in the probe, a metric for an alarm."""

from prometheus_client import Gauge

from cortex.ports.clock import Clock
from cortex.ports.log_mirror import LogMirrorState
from cortex.ports.registry import get

# The log is copied every minute.
SECONDS_MAX = 600.0
BEHIND_SECONDS = Gauge(
    "cortex_log_mirror_lag_seconds",
    "Seconds since the mirror was last as new as the log; +Inf before the first time.",
    multiprocess_mode="livemax",
)


def log_is_mirrored() -> bool | None:
    """Return whether the mirror keeps up, None where there is none; raises DatabaseMustBeReachable."""
    behind = get(LogMirrorState).behind_seconds(now=get(Clock).now())
    return None if behind is None else behind <= SECONDS_MAX


def observe_mirror() -> None:
    """Set the metric anew; raises DatabaseMustBeReachable."""
    behind = get(LogMirrorState).behind_seconds(now=get(Clock).now())
    if behind is not None:
        BEHIND_SECONDS.set(behind)
