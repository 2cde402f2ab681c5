# SPDX-License-Identifier: Apache-2.0
"""The web process of a release; `cortex-serve web` starts gunicorn with these settings."""

from ssl import SSLContext
from typing import Any, cast

from cortex.boot.configuration import current_configuration
from cortex.boot.configuration.ending import ending_in_one_sentence
from cortex.boot.tls.contexts import Clients
from cortex.boot.tls.reloading import web_context
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
    _tls = current_configuration().tls
    _files = _tls.files if _tls.web_clients != "off" else None
    _context = web_context(files=_files, clients=cast(Clients, _tls.web_clients)) if _files else None
    if _files is not None:
        # Their names alone make gunicorn speak TLS.
        certfile, keyfile = str(_files.certificate), str(_files.key)

bind = _web.address
workers = _web.workers
threads = _web.threads
worker_class = "gthread"
# An orchestrator that takes the process away waits 30 s; requests end before that.
graceful_timeout = 25
# Whoever may command the container stops the process by a signal; a socket would be one door more.
control_socket_disable = True


def ssl_context(_config: Any, usual: Any) -> SSLContext:
    """Return the context of the files as they are now; gunicorn asks at each connection."""
    return _context() if _context is not None else usual()
