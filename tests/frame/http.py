# SPDX-License-Identifier: Apache-2.0
"""The program behind a real port, in threads of this process, on the databases of the test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test.testcases import LiveServerThread


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are logged by the program."""


class _Server(LiveServerThread):
    def _create_server(self, connections_override: object = None) -> ThreadedWSGIServer:
        return self.server_class((self.host, self.port), _Quiet, allow_reuse_address=False)


@contextmanager
def serving() -> Iterator[str]:
    """Yield the base URL of the running program; every thread has connections of its own."""
    server = _Server("127.0.0.1", lambda handler: handler)
    server.daemon = True
    server.static_handler = lambda _: WSGIHandler()
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://{server.host}:{server.port}"
    finally:
        server.terminate()
