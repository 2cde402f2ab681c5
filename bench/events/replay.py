# SPDX-License-Identifier: Apache-2.0
"""A long replay in a process of its own, whose memory is its own, too."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
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
    command = [sys.executable, "-m", "bench.events.replay", str(company_id), begin.isoformat()]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if (got := len(effects.received())) != count or effects.held():
        raise SystemExit(f"Replay: expected {count} effects, got {got}.")
    return Replay(events=count, **answer)


def replay(company_id: UUID, begin: datetime) -> dict[str, float]:
    """Replay everything since `begin` to the subscriber, and return what it took."""
    # They stand on models, which stand on the settings.
    from bench.counting.subscribers import NAME  # noqa: PLC0415
    from cortex.events.bus.memory import InMemoryBus  # noqa: PLC0415
    from cortex.events.deliver import deliver  # noqa: PLC0415
    from cortex.events.lanes import EVERY_LANE  # noqa: PLC0415
    from cortex.events.replay import replay_events  # noqa: PLC0415
    from cortex.events.subscribers import subscriber_named  # noqa: PLC0415
    from cortex.ports.principal import Principal  # noqa: PLC0415
    from cortex.tenancy import scope  # noqa: PLC0415

    bus, subscriber = InMemoryBus(), subscriber_named(NAME)
    deliver(bus=bus, subscriber=subscriber, lanes=EVERY_LANE)
    idle_mib, start = _mib(), time.monotonic()
    with scope([company_id]):
        replay_events(
            company_id=company_id,
            subscriber=NAME,
            recorded_from=begin,
            recorded_until=clock.now(),
            replayed_by=Principal.service("console"),
        )
    held = time.monotonic()
    while deliver(bus=bus, subscriber=subscriber, lanes=EVERY_LANE, seconds=600):
        pass
    return {
        "hold_seconds": held - start,
        "deliver_seconds": time.monotonic() - held,
        "idle_mib": idle_mib,
        "peak_mib": _mib(),
    }


def _mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(replay(UUID(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))))
