# SPDX-License-Identifier: Apache-2.0
"""The web process of a release; `cortex-serve web` starts gunicorn with these settings."""

from pathlib import Path

from cortex.boot.configuration import current_configuration
from cortex.boot.configuration.ending import ending_in_one_sentence
from cortex.boot.lifecycle.gunicorn import child_exit, on_exit, post_worker_init, worker_exit

__all__ = ["child_exit", "on_exit", "post_worker_init", "worker_exit"]

_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks its file as soon as it is open
# gunicorn would print a traceback of whatever its settings raise.
with ending_in_one_sentence():
    _web = current_configuration().web

bind = _web.address
workers = _web.workers
threads = _web.threads
worker_class = "gthread"
# Long enough for the largest import of a browser; a worker that is stuck longer is replaced.
timeout = 120
# An orchestrator that takes the process away waits 30 s; requests end before that.
graceful_timeout = 25
# Load the application once and fork: two workers that load it take twice the processor at each start. The
# log header, too, is written when the application is loaded, and so comes before gunicorn's own lines.
preload_app = True
# Heartbeats are file writes; on a disk they could wait behind the database's.
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None
# Whoever may command the container stops the process by a signal; a socket would be one door more.
control_socket_disable = True
