# SPDX-License-Identifier: Apache-2.0
"""Settings of gunicorn on one machine that a command line cannot carry."""

from pathlib import Path
from typing import Any

_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks its file as soon as it is open

# Long enough for the largest import of a browser; a worker that is stuck longer is replaced.
timeout = 120
# Load the application once and fork: two workers that load it take twice the processor at each start.
preload_app = True
# Heartbeats are file writes; on a disk they could wait behind the database's.
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None


def child_exit(server: Any, worker: Any) -> None:
    """Forget the live gauges of a worker that ended, or /metrics would count it for ever."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - reads its directory when it is imported

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
