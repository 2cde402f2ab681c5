# SPDX-License-Identifier: Apache-2.0
"""What goes a thousand times through the same lines is not measured: that would take half as long again."""

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


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
        measuring.start()
