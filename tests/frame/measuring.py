# SPDX-License-Identifier: Apache-2.0
"""What goes a thousand times through the same lines is not measured: that would take half as long again.

Python 3.11 has no way of measuring that costs little: while a tracer is set, every line of every library
is slower, to twice as slow.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from coverage import Coverage

# By this a started program finds how coverage is measured, and does so: half as much work again.
MEASURING = "COVERAGE_PROCESS_CONFIG"
SET_UP = pytest.StashKey[set[tuple[Path, str]]]()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Count no line as covered until the block ends; for fixtures, as `no_cover` is for tests."""
    measuring = Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        with programs_as_before():
            measuring.start()


@contextmanager
def programs_as_before() -> Iterator[None]:
    """Let started programs be measured after the block as before: `start` of coverage asks for it anew."""
    before = os.environ.get(MEASURING)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(MEASURING, None)


@contextmanager
def measured_once(item: pytest.Item) -> Iterator[None]:
    """Measure what sets a test up when it is the first of its file that needs one of these fixtures.

    Scenes are built anew for thousands of tests, through the same lines of the program.
    """
    seen = item.session.stash.setdefault(SET_UP, set())
    needed = {(item.path, name) for name in getattr(item, "fixturenames", ())}
    if needed <= seen:
        with unmeasured():
            yield
    else:
        yield
        seen |= needed
