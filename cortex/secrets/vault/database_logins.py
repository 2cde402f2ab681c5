# SPDX-License-Identifier: Apache-2.0
"""Users of PostgreSQL that the vault makes for this process: leased, renewed, and dropped at its end."""

import threading
import time
from dataclasses import dataclass

import hvac
from hvac import exceptions

from cortex.confidential import Secret
from cortex.errors import CortexError
from cortex.ports.database_logins import DatabaseLogin
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.vault.errors import not_permitted
from cortex.secrets.vault.session import RENEW_AT, VaultSession

# Between two questions for a lease that the vault did not renew.
PAUSE_SECONDS_MIN = 1.0


@dataclass(slots=True)
class _Lease:
    id: str
    user: str
    password: Secret
    lives_seconds: float
    renew_at: float
    ends_at: float
    generation: int


class VaultDatabaseLogins:
    """One lease at a time for each alias. New connections take the current one; those of a former one end
    with it, which the database backend sees to.
    """

    def __init__(self, session: VaultSession) -> None:
        self._session = session
        self._roles = dict(session.options.database_roles)
        self.forget()

    def forget(self) -> None:
        """Know no lease, as in a process that was forked: its parent's are its parent's."""
        self._lock = threading.RLock()
        self._current: dict[str, _Lease] = {}

    def login(self, *, alias: str) -> DatabaseLogin:
        """Return the current login; raises VaultMustBeReachable, VaultMustPermit."""
        with self._lock:
            lease = self._current.get(alias)
            if lease is None or not self._is_fresh(lease):
                lease = self._replaced(alias, lease)
            return DatabaseLogin(lease.user, lease.password, max(0.0, lease.ends_at - time.monotonic()))

    def refused(self, *, alias: str, user: str) -> None:
        """Forget the lease of this user."""
        with self._lock:
            lease = self._current.get(alias)
            if lease is not None and lease.user == user:
                del self._current[alias]

    def keep(self) -> None:
        """Renew what is due: a statement that runs for hours must not lose its user under way."""
        with self._lock:
            for lease in list(self._current.values()):
                if time.monotonic() >= lease.renew_at:
                    self._renew(lease)

    def wants_attention_at(self) -> float:
        """Return when the next lease wants to be renewed, in monotonic seconds."""
        return min((lease.renew_at for lease in list(self._current.values())), default=float("inf"))

    def _is_fresh(self, lease: _Lease) -> bool:
        is_of_this_token = lease.generation == self._session.generation
        return is_of_this_token and lease.ends_at - time.monotonic() > lease.lives_seconds * (1 - RENEW_AT)

    def _replaced(self, alias: str, lease: _Lease | None) -> _Lease:
        try:
            fresh = self._leased(alias)
        except VaultMustBeReachable:
            # It still opens the database until it ends.
            if lease is None or time.monotonic() >= lease.ends_at:
                raise
            return lease
        self._current[alias] = fresh
        return fresh

    def _leased(self, alias: str) -> _Lease:
        role, mount = self._roles[alias], self._session.options.database_mount
        what = f"read {mount}/creds/{role}"
        try:
            answer = self._session.call(
                lambda client: client.secrets.database.generate_credentials(role, mount_point=mount),
                what=what,
            )
        except (exceptions.InvalidPath, exceptions.InvalidRequest):
            raise not_permitted(what, remedy="configure this role of the database engine") from None
        now, lives = time.monotonic(), float(answer["lease_duration"])
        return _Lease(
            id=answer["lease_id"],
            user=answer["data"]["username"],
            password=Secret(answer["data"]["password"]),
            lives_seconds=lives,
            renew_at=now + lives * RENEW_AT / 2,
            ends_at=now + lives,
            generation=self._session.generation,
        )

    def _renew(self, lease: _Lease) -> None:
        def renew(client: hvac.Client) -> float:
            return float(client.sys.renew_lease(lease.id)["lease_duration"])

        try:
            lives = self._session.call(renew, what="renew its lease of a database login")
        except (exceptions.InvalidRequest, exceptions.InvalidPath):
            # Revoked, or as old as it may get: the next connection takes another.
            lives = 0.0
        except CortexError:
            # The others are due as well; this one is asked for again before what is left of it has passed.
            left = lease.ends_at - time.monotonic()
            lease.renew_at = time.monotonic() + max(PAUSE_SECONDS_MIN, left / 4)
            return
        now = time.monotonic()
        if lives > lease.ends_at - now:
            lease.ends_at = now + lives
            lease.renew_at = now + lives * RENEW_AT / 2
        else:
            lease.renew_at = float("inf")
