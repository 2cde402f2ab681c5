# SPDX-License-Identifier: Apache-2.0
"""SIGTERM while something must not be torn in two."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_to_sigterm() -> Iterator[None]:
    """Ignore SIGTERM inside the body; other threads than the main one are never interrupted by it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)
