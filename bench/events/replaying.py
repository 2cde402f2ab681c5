# SPDX-License-Identifier: Apache-2.0
"""The process that replays: `python -m bench.events.replaying COMPANY_ID BEGIN`, whose memory is its own."""

import json
import resource
import sys
import time
from datetime import datetime
from uuid import UUID

import django


def replay(company_id: UUID, begin: datetime) -> dict[str, float]:
    """Replay everything since `begin` to the subscriber, and return what it took."""
    # They stand on models, which are loaded by now.
    from bench.counting.subscribers import NAME  # noqa: PLC0415
    from cortex import clock  # noqa: PLC0415
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
    django.setup()
    print(json.dumps(replay(UUID(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))))
