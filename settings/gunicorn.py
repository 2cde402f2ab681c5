# SPDX-License-Identifier: Apache-2.0
"""The web process of a release; `cortex-serve web` starts gunicorn with these settings."""

from cortex.boot.configuration import current_configuration
from cortex.boot.configuration.ending import ending_in_one_sentence
from settings.gunicorn_one_machine import (
    child_exit,
    on_exit,
    post_worker_init,
    preload_app,
    timeout,
    worker_exit,
    worker_tmp_dir,
)

__all__ = [
    "child_exit",
    "on_exit",
    "post_worker_init",
    "preload_app",
    "timeout",
    "worker_exit",
    "worker_tmp_dir",
]
# gunicorn would print a traceback of whatever its settings raise.
with ending_in_one_sentence():
    _web = current_configuration().web

bind = _web.address
workers = _web.workers
threads = _web.threads
worker_class = "gthread"
# An orchestrator that takes the process away waits 30 s; requests end before that.
graceful_timeout = 25
# Whoever may command the container stops the process by a signal; a socket would be one door more.
control_socket_disable = True
