# SPDX-License-Identifier: Apache-2.0
"""What a configuration file of gunicorn imports, so that its workers become ready and end in order.

    from cortex.boot.lifecycle.gunicorn import child_exit, on_exit, post_worker_init, worker_exit
    preload_app = True

The master starts up to on_boot, each worker runs on_ready after the fork.
"""

import os
from typing import Any

from cortex.boot.lifecycle.process import become_ready, leave_ready_to_children, shut_down

leave_ready_to_children()


def post_worker_init(_worker: Any) -> None:
    """Become ready: the fork is behind this process, and no request has come yet."""
    become_ready()


def worker_exit(_server: Any, worker: Any) -> None:
    """End what this worker started; gunicorn calls this for a lost worker in the master, too."""
    if worker.pid == os.getpid():
        shut_down()


def on_exit(_server: Any) -> None:
    """End what the master started, after its last worker."""
    shut_down()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the live gauges of a worker that ended, or /metrics would count it for ever."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return
    from prometheus_client import multiprocess  # noqa: PLC0415 - reads its directory when it is imported

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
