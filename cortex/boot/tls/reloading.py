# SPDX-License-Identifier: Apache-2.0
"""New certificates without a restart: each connection gets a context of the files as they are now."""

import logging
import ssl
import threading
from collections.abc import Callable

from cortex.boot.tls.contexts import Clients, TlsFiles, server_context
from cortex.errors import CortexError

_log = logging.getLogger(__name__)
State = tuple[tuple[int, int, int], ...]


class FilesOfTlsMustFit(CortexError):
    """Certificate, key, authorities or revocations cannot be read, or do not belong together."""

    code = "tls.files_must_fit"
    status = 503


class ReloadingContext:
    """Makes the context anew when a file was replaced; connections that stand keep theirs."""

    def __init__(self, *, files: TlsFiles, make: Callable[[], ssl.SSLContext]) -> None:
        self._files = files
        self._make = make
        self._lock = threading.Lock()
        self._state: State | None = None
        self._context: ssl.SSLContext | None = None

    def __call__(self) -> ssl.SSLContext:
        """Return the context of now; raises OSError, ssl.SSLError if there never was a good one."""
        with self._lock:
            state = self._state_now()
            if self._context is None or (state is not None and state != self._state):
                self._renew(state)
            assert self._context is not None  # noqa: S101 - _renew raises where there is none
            return self._context

    def _renew(self, state: State | None) -> None:
        try:
            self._context, self._state = self._make(), state
        except (OSError, ssl.SSLError) as error:
            # Certificate and key are two files: between the two renames they do not fit, and the next
            # connection tries again. What the server had until now goes on serving.
            if self._context is None:
                raise
            _log.warning("tls_files_do_not_fit", extra={"error": type(error).__name__})

    def _state_now(self) -> State | None:
        """Return what changes when a file is replaced; None while one of them is away."""
        try:
            found = [path.stat() for path in self._files.all]
        except OSError:
            return None
        return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in found)


def web_context(*, files: TlsFiles, clients: Clients) -> ReloadingContext:
    """Return what a web server asks at each connection; raises FilesOfTlsMustFit if it could not start."""
    context = ReloadingContext(files=files, make=lambda: server_context(files=files, clients=clients))
    try:
        context()
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise FilesOfTlsMustFit(
            f"TLS_CERTIFICATE {files.certificate}: expected files that belong together, got: {reason}. "
            "Check them with `cortex pki check`.",
            evidence={"object": str(files.certificate), "got": str(reason), "remedy": "cortex pki check"},
        ) from error
    return context
