# SPDX-License-Identifier: Apache-2.0
"""Times and processor seconds, of this process and of the database server."""

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Calls that are made before the first one that is measured.
WARM_UPS = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """What posting some entries took. Latencies are those of one call, in milliseconds."""

    entries: int
    seconds: float
    latencies_ms: Sequence[float]
    client_cpu_seconds: float
    server_cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Return the entries of one second."""
        return self.entries / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Return the processor time of one entry, client and server together, in milliseconds."""
        return (self.client_cpu_seconds + self.server_cpu_seconds) * 1000 / self.entries


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile; share is between 0 and 1."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]


def rate(*, call: Callable[[int], object], calls: int, entries_per_call: int, postmaster: int) -> Rate:
    """Call with 0, 1, 2 … and measure."""
    latencies = []
    cpu, server_cpu, start = time.process_time(), server_cpu_seconds(postmaster), time.perf_counter()
    for number in range(calls):
        before = time.perf_counter()
        call(number)
        latencies.append((time.perf_counter() - before) * 1000)
    return Rate(
        entries=calls * entries_per_call,
        seconds=time.perf_counter() - start,
        latencies_ms=latencies,
        client_cpu_seconds=time.process_time() - cpu,
        server_cpu_seconds=server_cpu_seconds(postmaster) - server_cpu,
    )


def median_ms(call: Callable[[], object], *, times: int) -> float:
    """Return the median time of one call in milliseconds, after three calls that only warm up."""
    return percentile(spent_ms(call, times=times), 0.5)


def spent_ms(call: Callable[[], object], *, times: int) -> list[float]:
    """Return the time of each call in milliseconds, after three calls that only warm up."""
    for _ in range(WARM_UPS):
        call()
    spent = []
    for _ in range(times):
        before = time.perf_counter()
        call()
        spent.append((time.perf_counter() - before) * 1000)
    return spent


def server_cpu_seconds(postmaster: int) -> float:
    """Return the processor seconds of a PostgreSQL server: its processes, and those that ended."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of a process may hold blanks and brackets; what follows the last bracket is plain.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == str(postmaster):
            total += sum(map(int, fields[11:15]))
        elif fields[1] == str(postmaster):
            total += sum(map(int, fields[11:13]))
    return total / _TICKS
