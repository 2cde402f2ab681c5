# SPDX-License-Identifier: Apache-2.0
"""A process that does nothing but call: started several times over by the tests of the limiter.

`hammer.py take NAME PER_MINUTE BURST SECONDS` waits for a line, takes tokens as fast as it can and prints
how many it got.
`hammer.py hold NAME PLACES` enters the gate, says so, and holds its place until it is killed.
"""

import os
import sys
import time

from django.conf import settings

settings.configure(REDIS_URL=os.environ["REDIS_URL"], PROVIDER_LIMITS={})

from cortex.container.providers import valkey  # noqa: E402
from cortex.container.providers.buckets import RateLimiter  # noqa: E402
from cortex.container.providers.gate import Gate  # noqa: E402
from tests.integration.cortex.container.providers.provided import LIMITS  # noqa: E402

# A machine under load may let the server wait; this process must not begin to count alone then.
valkey.WAIT_SECONDS_MAX = 10.0


def take(name: str, per_minute: str, burst: str, seconds: str) -> None:
    """Print the number of tokens got; a token that this process counted alone would be a failure."""
    limiter = RateLimiter(name=name, per_minute=int(per_minute), burst=int(burst))
    got = 0
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    deadline = time.monotonic() + float(seconds)
    while time.monotonic() < deadline:
        taken = limiter.take(caller="everybody")
        assert taken.is_counted_by_all
        got += taken.is_allowed
    sys.stdout.write(f"{got}\n")


def hold(name: str, places: str) -> None:
    """Enter and stay."""
    limits = LIMITS.model_copy(update={"calls_in_flight_max": int(places), "timeout_ms": 1_000})
    Gate(name=name, limits=limits).enter(caller="everybody")
    sys.stdout.write("entered\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    {"take": take, "hold": hold}[sys.argv[1]](*sys.argv[2:])
