# SPDX-License-Identifier: Apache-2.0
"""Several processes that post at once, each with a connection of its own."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.databases import Place
from bench.timing import Rate, rate, server_cpu_seconds

PROCESSES = 4
WARM_UP = 20

# Makes, in the new process, the function that posts the entry of a number.
MakePoster = Callable[[Any], Callable[[int], object]]


def crowd_rate(*, place: Place, make_poster: MakePoster, given: Any, first: int, calls_each: int) -> Rate:
    """Let the processes start together and return what they reached in sum."""
    context = multiprocessing.get_context("spawn")
    results: Queue[Rate] = context.Queue()
    stride = calls_each + WARM_UP
    barrier = context.Barrier(PROCESSES + 1)
    crowd = [
        context.Process(
            target=_member,
            args=(
                make_poster,
                given,
                place,
                first + member * stride,
                calls_each,
                barrier,
                results,
            ),
        )
        for member in range(PROCESSES)
    ]
    for process in crowd:
        process.start()
    barrier.wait(timeout=120)
    cpu = server_cpu_seconds(place.postmaster)
    rates = [results.get(timeout=300) for _ in crowd]
    for process in crowd:
        process.join()
    return Rate(
        entries=calls_each * PROCESSES,
        seconds=max(member.seconds for member in rates),
        latencies_ms=[latency for member in rates for latency in member.latencies_ms],
        client_cpu_seconds=sum(member.client_cpu_seconds for member in rates),
        server_cpu_seconds=server_cpu_seconds(place.postmaster) - cpu,
    )


def _member(
    make_poster: MakePoster,
    given: Any,
    place: Place,
    first: int,
    calls: int,
    barrier: Barrier,
    results: "Queue[Rate]",
) -> None:
    post = make_poster(given)
    for number in range(first, first + WARM_UP):
        post(number)
    barrier.wait(timeout=120)
    start = first + WARM_UP
    results.put(
        rate(
            call=lambda place_in_line: post(start + place_in_line),
            calls=calls,
            entries_per_call=1,
            postmaster=place.postmaster,
        )
    )
