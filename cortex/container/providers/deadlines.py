# SPDX-License-Identifier: Apache-2.0
"""Until when an answer is of use. Adapters that can stop in time ask here how long they have."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("provider_deadline", default=None)
# What reads a timeout of zero may take it for none at all.
SECONDS_MIN = 0.001


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound the calls of this context; a call inside another never has longer than the outer one."""
    wanted, outer = time.monotonic() + seconds, _deadline.get()
    token = _deadline.set(wanted if outer is None else min(wanted, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining_seconds(*, at_most: float) -> float:
    """Return how long an adapter may take, never less than a millisecond."""
    deadline = _deadline.get()
    left = at_most if deadline is None else min(at_most, deadline - time.monotonic())
    return max(left, SECONDS_MIN)


def is_over() -> bool:
    """Return whether the deadline of this context has passed."""
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() >= deadline
