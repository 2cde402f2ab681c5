# SPDX-License-Identifier: Apache-2.0
"""Whether the log of what was done keeps up: a warning in the probe, two metrics for an alarm."""

from prometheus_client import Gauge

from cortex.errors import CortexError
from cortex.ports.clock import Clock
from cortex.ports.log_state import LogLag, LogState
from cortex.ports.registry import get

# Trees are signed within seconds; a minute is a signer or a witness that needs somebody.
SECONDS_MAX = 60.0
UNSIGNED_SECONDS = Gauge(
    "cortex_log_unsigned_seconds",
    "Seconds since the oldest leaf of the audit log that is in no signed tree; 0 when none waits.",
    multiprocess_mode="livemax",
)
UNCOSIGNED_SECONDS = Gauge(
    "cortex_log_uncosigned_seconds",
    "Seconds since the oldest signed tree that not every witness has cosigned; 0 when none waits.",
    multiprocess_mode="livemax",
)


def log_keeps_up() -> bool | None:
    """Return whether signer and witnesses keep up, None where no log is signed."""
    try:
        lag = get(LogState).lag(now=get(Clock).now())
    except CortexError:
        return False
    return None if lag is None else max(lag.unsigned_seconds, lag.uncosigned_seconds) <= SECONDS_MAX


def observe_log() -> None:
    """Set the metrics anew."""
    try:
        lag = get(LogState).lag(now=get(Clock).now())
    except CortexError:
        # The scrape tells the rest; that the database is away, other metrics tell.
        return
    if isinstance(lag, LogLag):
        UNSIGNED_SECONDS.set(lag.unsigned_seconds)
        UNCOSIGNED_SECONDS.set(lag.uncosigned_seconds)
