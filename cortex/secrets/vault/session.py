# SPDX-License-Identifier: Apache-2.0
"""This process at the vault: one token, renewed in time, got anew when it was revoked.

A token and what hangs on it belong to one process: a child that was forked logs in for itself, because a
token revoked by one at its end would take the database logins of the others with it.
"""

import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import hvac
import requests
from hvac import exceptions

from cortex.errors import CortexError
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.errors import PASSING, REFUSED, not_permitted, unreachable, unreachable_because
from cortex.secrets.vault.login import Token, log_in

R = TypeVar("R")
# While the vault is away, one call in so many seconds waits for it; the others are refused at once.
PAUSE_SECONDS = 2.0
# Renewed when a third of its life is left: two more tries fit before it ends.
RENEW_AT = 2 / 3
# A valid token that lacks a policy is exchanged no more often: each one lives on at the vault for its time,
# and takes the database logins of the one before with it.
POLICIES_SECONDS = 300.0
_sessions: "weakref.WeakSet[VaultSession]" = weakref.WeakSet()


class VaultSession:
    """Calls the vault with a valid token; every error is one of ours."""

    def __init__(self, options: VaultOptions) -> None:
        self.options = options
        self._at_login: Callable[[], None] = lambda: None
        self._start_anew()
        _sessions.add(self)

    def _start_anew(self) -> None:
        self._lock = threading.RLock()
        self._client: hvac.Client | None = None
        self._token: Token | None = None
        self._issued_at = self._renew_at = self._ends_at = 0.0
        self._pause_until, self._pause_because = 0.0, ""
        self.generation = 0

    def when_logged_in(self, callback: Callable[[], None]) -> None:
        """Call this after each login, such as what renews it in time."""
        self._at_login = callback

    def check(self) -> None:
        """Ask the vault whether it serves; raises VaultMustBeReachable, VaultMustPermit."""
        self.call(lambda client: client.auth.token.lookup_self(), what="read auth/token/lookup-self")

    @property
    def renew_at(self) -> float:
        """Return when the token wants to be renewed, in monotonic seconds."""
        return self._renew_at

    def call(self, work: Callable[[hvac.Client], R], *, what: str) -> R:
        """Run the work with a logged-in client, and once more after a new login if its token was refused.

        Raises: VaultMustBeReachable, VaultMustPermit; hvac's InvalidPath and InvalidRequest pass through.
        """
        self._refuse_in_a_pause()
        try:
            answer = self._with_token(work, what=what)
        except PASSING as error:
            refusal = unreachable(error)
            self._pause(refusal)
            raise refusal from None
        self._pause_because = ""
        return answer

    def keep(self) -> None:
        """Renew the token if it is time; what goes wrong is tried again at the next call."""
        if self._token is not None and time.monotonic() >= self._renew_at:
            self.call(lambda _client: None, what="its renewal")

    def close(self) -> None:
        """Revoke a token of our own with everything that hangs on it; a vault that is away lets it expire."""
        with self._lock:
            token, client = self._token, self._client
            self._token = None
        if token is not None and token.is_ours and client is not None:
            try:
                client.auth.token.revoke_self()
            except (*PASSING, *REFUSED):
                return

    def _with_token(self, work: Callable[[hvac.Client], R], *, what: str) -> R:
        client, generation = self._logged_in()
        try:
            return work(client)
        except REFUSED:
            if not self._is_logged_in_again(client, refused=generation):
                raise _policy_too_narrow(what) from None
        try:
            return work(client)
        except REFUSED:
            raise _policy_too_narrow(what) from None

    def _logged_in(self) -> tuple[hvac.Client, int]:
        with self._lock:
            # Whoever waited for the lock while another thread waited in vain need not try as well.
            self._refuse_in_a_pause()
            client = self._client = self._client or _new_client(self.options)
            try:
                self._make_token_valid(client)
            except PASSING as error:
                self._pause(unreachable(error))
                raise
            return client, self.generation

    def _make_token_valid(self, client: hvac.Client) -> None:
        now = time.monotonic()
        if self._token is None or now >= self._ends_at:
            self._log_in(client)
        elif now >= self._renew_at:
            self._renew(client, self._token)

    def _is_logged_in_again(self, client: hvac.Client, *, refused: int) -> bool:
        """Log in unless the token is good and young: then it is its policies that refuse."""
        with self._lock:
            # Another thread may have met the same refusal first.
            if self.generation != refused:
                return True
            if time.monotonic() < self._issued_at + POLICIES_SECONDS and _is_good(client):
                return False
            self._log_in(client)
            return True

    def _log_in(self, client: hvac.Client) -> None:
        client.token, self._token = "", None
        token = log_in(client, self.options)
        client.token = token.text.reveal()
        self._token, self.generation = token, self.generation + 1
        self._issued_at = time.monotonic()
        self._count(token.lives_seconds)
        self._at_login()

    def _renew(self, client: hvac.Client, token: Token) -> None:
        """Renew, or log in anew near the longest life: what hangs on the old token then has time to go."""
        lives = 0.0
        if token.is_renewable:
            # At the end of the longest life the server says so by an internal error.
            with suppress(*REFUSED, exceptions.InvalidRequest, exceptions.InternalServerError):
                lives = client.auth.token.renew_self()["auth"]["lease_duration"]
        if lives < token.lives_seconds / 2:
            self._log_in(client)
        else:
            self._count(lives)

    def _count(self, lives_seconds: float) -> None:
        now = time.monotonic()
        self._renew_at, self._ends_at = now + lives_seconds * RENEW_AT, now + lives_seconds

    def _refuse_in_a_pause(self) -> None:
        if self._pause_because and time.monotonic() < self._pause_until:
            raise unreachable_because(self._pause_because)

    def _pause(self, refusal: VaultMustBeReachable) -> None:
        self._pause_until = time.monotonic() + PAUSE_SECONDS
        self._pause_because = str(refusal.evidence["got"])


def _is_good(client: hvac.Client) -> bool:
    """Ask the vault whether it knows the token; one without even this right counts as refused."""
    try:
        client.auth.token.lookup_self()
    except REFUSED:
        return False
    return True


def _policy_too_narrow(what: str) -> CortexError:
    return not_permitted(what, remedy="add it to the policy of this program's role")


def _new_client(options: VaultOptions) -> hvac.Client:
    http = requests.Session()
    # Neither proxies, nor a .netrc, nor another list of authorities from this process's environment.
    http.trust_env = False
    http.verify = options.ca_file or True
    # Read anew for each connection, so that a renewed certificate needs no restart.
    own = (options.client_certificate, options.client_key) if options.client_certificate else None
    http.cert = own
    return hvac.Client(
        url=options.address,
        token="",
        verify=options.ca_file or True,
        cert=own,
        timeout=options.timeout_seconds,
        namespace=options.namespace or None,
        session=http,
        # A redirect would carry the token to another address.
        allow_redirects=False,
    )


def _forget_after_fork() -> None:
    for session in list(_sessions):
        session._start_anew()


os.register_at_fork(after_in_child=_forget_after_fork)
