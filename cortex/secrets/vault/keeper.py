# SPDX-License-Identifier: Apache-2.0
"""A thread that renews token and leases in time, and gives both back when the process ends."""

import atexit
import os
import threading
import time
from contextlib import suppress

import structlog

from cortex.errors import CortexError
from cortex.secrets.vault.database_logins import VaultDatabaseLogins
from cortex.secrets.vault.session import VaultSession

# Looked at least so often: what is due may have come nearer, and a vault that was away may be back.
LOOK_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class Keeper:
    """Starts with the first use in each process: a thread does not survive a fork."""

    def __init__(self, session: VaultSession, logins: VaultDatabaseLogins) -> None:
        self._session, self._logins = session, logins
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        os.register_at_fork(after_in_child=self._start_anew)
        # A hook ends processes that became ready; this is for those that end before.
        atexit.register(self.close)

    def _start_anew(self) -> None:
        self._thread, self._ended = None, threading.Event()
        self._logins.forget()

    def ensure_running(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._keep, name="cortex-vault-keeper", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread and revoke this process's token, with the database users that hang on it."""
        self._ended.set()
        self._session.close()
        self._logins.forget()

    def _keep(self) -> None:
        ended = self._ended
        while not ended.wait(self._pause_seconds()):
            # It is tried again soon; whoever needs it in between is told by a refusal of their own.
            with suppress(CortexError):
                self._keep_once()

    def _keep_once(self) -> None:
        try:
            self._session.keep()
            self._logins.keep()
        except CortexError:
            raise
        except Exception as error:  # noqa: BLE001 - without this thread every lease would end under its users
            # The kind alone: frames of the library hold tokens.
            _log.error("vault_renewal_failed", kind=type(error).__name__)

    def _pause_seconds(self) -> float:
        due = min(self._session.renew_at, self._logins.wants_attention_at())
        return min(LOOK_SECONDS, max(0.2, due - time.monotonic()))
