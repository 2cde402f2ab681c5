# SPDX-License-Identifier: Apache-2.0
"""Do several things at once, each in a thread with connections of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

R = TypeVar("R")
SECONDS_MAX = 120


def together(works: Sequence[Callable[[], R]]) -> list[R]:
    """Start all works at one moment and return their results in order; the first error is raised."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], R]) -> R:
        try:
            gate.wait(SECONDS_MAX)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return [future.result(SECONDS_MAX) for future in [pool.submit(run, work) for work in works]]


def outcome(work: Callable[[], R], *refusals: type[Exception]) -> Callable[[], R | Exception]:
    """Return the work with the refusals that are expected of it made into results."""

    def run() -> R | Exception:
        try:
            return work()
        except refusals as refusal:
            return refusal

    return run
