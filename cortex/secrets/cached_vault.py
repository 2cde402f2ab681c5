# SPDX-License-Identifier: Apache-2.0
"""What a vault gave is kept for a while: rotation has a bound, and an outage is not felt at once."""

import os
import threading
import time
from dataclasses import dataclass

from cortex.confidential import Secret
from cortex.container.providers.errors import CallRefused
from cortex.ports.vault import Vault, VaultMustBeReachable


@dataclass(frozen=True, slots=True)
class _Kept:
    secret: Secret | None
    read_at: float


class CachedVault:
    """A rotated secret counts after `cache_seconds`; what was read goes on working for `stale_seconds` more
    while the vault does not answer.
    """

    def __init__(self, vault: Vault, *, cache_seconds: float, stale_seconds: float) -> None:
        self._vault = vault
        self._cache_seconds, self._stale_seconds = cache_seconds, stale_seconds
        self._forget()
        # A lock that another thread held when the process was forked would never be given back.
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._refreshing = threading.Lock()

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the secret, or None; raises VaultMustBeReachable, VaultMustPermit."""
        kept = self._kept.get(name)
        age = time.monotonic() - kept.read_at if kept else float("inf")
        if kept is None or age >= self._cache_seconds + self._stale_seconds:
            return self._refreshed(name)
        if age < self._cache_seconds or not self._refreshing.acquire(blocking=False):
            # One thread asks; nobody else waits for a value that is there.
            return kept.secret
        try:
            return self._refreshed(name)
        except (VaultMustBeReachable, CallRefused):
            return kept.secret
        finally:
            self._refreshing.release()

    def _refreshed(self, name: str) -> Secret | None:
        secret = self._vault.read_secret(name=name)
        self._kept[name] = _Kept(secret, time.monotonic())
        return secret
