# SPDX-License-Identifier: Apache-2.0
"""Settings of gunicorn under `make run` that a command line cannot carry; a release begins from them."""

from pathlib import Path

from cortex.boot.lifecycle.gunicorn import child_exit, on_exit, post_worker_init, worker_exit

__all__ = ["child_exit", "on_exit", "post_worker_init", "worker_exit"]

_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks its file as soon as it is open

# Long enough for the largest import of a browser; a worker that is stuck longer is replaced.
timeout = 120
# Load the application once and fork: two workers that load it take twice the processor at each start. The
# log header, too, is written when the application is loaded, and so comes before gunicorn's own lines.
preload_app = True
# Heartbeats are file writes; on a disk they could wait behind the database's.
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None
