# SPDX-License-Identifier: Apache-2.0
"""Put the header before the first line: at once where a process stays, else when it has something to say."""

import logging
import sys
import threading

from cortex import clock
from cortex.boot.lifecycle.hooks import SERVING, ProcessKind
from cortex.boot.log_header.header import header_line
from cortex.boot.log_header.keys import configured_key


class _Pending:
    """The process whose header is still to be written; forked children go on in the log of their parent."""

    process: ProcessKind | None = None
    lock = threading.Lock()


def announce(*, process: ProcessKind) -> None:
    """Expect the log of this process to begin, and let it begin now if the process stays.

    Raises: LogKeyMustBeWellFormed, also for a process that may never log.
    """
    configured_key()
    _Pending.process = process
    if process in SERVING:
        write_pending()


def write_pending() -> None:
    """Write the header to standard error, unless that was done, or nobody announced this process."""
    with _Pending.lock:
        process, _Pending.process = _Pending.process, None
    if process is not None:
        line = header_line(process=process, at=clock.now(), key=configured_key())
        sys.stderr.write(line.decode())
        sys.stderr.flush()


class HeaderFirst(logging.StreamHandler):  # type: ignore[type-arg] # the stream is standard error
    """Writes to standard error like its parent, and before its first line the header."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the header if it is due, then the record."""
        write_pending()
        super().emit(record)
