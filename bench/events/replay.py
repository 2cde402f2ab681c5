# SPDX-License-Identifier: Apache-2.0
"""A long replay: what it takes, told by the process that does it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from uuid import UUID

from bench.events.effects import Effects
from bench.events.publishing import publish
from cortex import clock

PER_TRANSACTION = 500


@dataclass(frozen=True, slots=True)
class Replay:
    """What replaying took; memory is the resident set of the replaying process, in MiB."""

    events: int
    hold_seconds: float
    deliver_seconds: float
    idle_mib: float
    peak_mib: float


def measure_replay(*, company_id: UUID, effects: Effects, count: int) -> Replay:
    """Publish what nobody receives, and replay it in a new process."""
    begin = clock.now()
    for first in range(0, count, PER_TRANSACTION):
        publish(company_id=company_id, numbers=range(first, min(first + PER_TRANSACTION, count)))
    effects.forget_unsent()
    effects.clear()
    command = [sys.executable, "-m", "bench.events.replaying", str(company_id), begin.isoformat()]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if (got := len(effects.received())) != count or effects.held():
        raise SystemExit(f"Replay: expected {count} effects, got {got}.")
    return Replay(events=count, **answer)
