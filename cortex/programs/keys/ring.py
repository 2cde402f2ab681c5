# SPDX-License-Identifier: Apache-2.0
"""The keys that sign tokens, as this process knows them.

The private half stays with the key management. What may verify stands in a table, so that every process
believes what any of them signed, also after a rotation and without asking the keeper.
"""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement, KeyMustExist, Signature
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.programs.errors import SigningKeyMustBeTrusted
from cortex.programs.keys.published import ALGORITHM, PublishedKey, unpadded, unpublished
from cortex.programs.keys.publishing import believed_keys, publish

KEY_ID = "cortex-tokens"
# A withdrawn key is believed for no longer than this; a request in between costs no query.
AGE_SECONDS_MAX = 10.0
# A `kid` that nobody knows is looked up, but strangers must not make us ask for each of theirs.
UNKNOWN_SECONDS_MIN = 1.0
_ATTEMPTS_MAX = 3
# Whichever process signs first publishes what the keeper has.
PUBLISHER = Principal.service("programs")


class SigningKeys:
    """Signs with the keeper's latest version and finds the key of a `kid` among the published ones."""

    def __init__(self, keys: KeyManagement, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._lock = threading.Lock()
        self._known: Mapping[str, PublishedKey] = {}
        self._read_at = float("-inf")

    def sign(self, *, claims: Mapping[str, Any], typ: str) -> str:
        """Return a signed JWT in compact form. Raises: VaultMustBeReachable, SigningKeyMustBeTrusted."""
        for _ in range(_ATTEMPTS_MAX):
            key = self._current() or self._publish(version=None)
            header = {"alg": ALGORITHM, "typ": typ, "kid": key.kid}
            message = f"{_encoded(header)}.{_encoded(claims)}"
            made = Signature.of(self._keys.sign(key_id=KEY_ID, message=message.encode()))
            if key.made(keeper=made.keeper, version=made.version) and key.is_told:
                return f"{message}.{unpadded(made.raw)}"
            # The key was rotated by another process or at the keeper itself, or no leaf tells of it yet.
            self._publish(version=made.version)
        raise SigningKeyMustBeTrusted(
            f"Key {KEY_ID}: expected the key that signs to be the one that was published, got another each "
            "time. Try again when the rotation is over.",
            evidence={"object": KEY_ID, "remedy": "try again"},
        )

    def find(self, *, kid: str) -> PublishedKey | None:
        """Return the believed key of this id; nothing in a token can lead anywhere else."""
        known = self._believed(age_seconds_max=AGE_SECONDS_MAX)
        if kid not in known:
            known = self._believed(age_seconds_max=UNKNOWN_SECONDS_MIN)
        return known.get(kid)

    def shown(self) -> list[PublishedKey]:
        """Return the keys of the public key set; before the first signature, the one that will make it."""
        known = list(self._believed(age_seconds_max=UNKNOWN_SECONDS_MIN).values())
        if any(key.retired_at is None for key in known):
            return known
        public = self._keys.public_key(key_id=KEY_ID)
        return [*known, unpublished(public, at=self._clock.now())]

    def publish_latest(self) -> None:
        """Publish the keeper's latest key unless one that signs is published and told of."""
        self.forget()
        current = self._current()
        if current is None:
            self._publish(version=None)
        elif not current.is_told:
            self._publish(version=current.version)

    def forget(self) -> None:
        """Read anew at the next question."""
        self._read_at = float("-inf")

    def _current(self) -> PublishedKey | None:
        known = self._believed(age_seconds_max=AGE_SECONDS_MAX).values()
        signing = [key for key in known if key.retired_at is None]
        return max(signing, key=lambda key: key.published_at, default=None)

    def _believed(self, *, age_seconds_max: float) -> Mapping[str, PublishedKey]:
        with self._lock:
            if time.monotonic() - self._read_at > age_seconds_max:
                self._known = {key.kid: key for key in believed_keys(now=self._clock.now())}
                self._read_at = time.monotonic()
            return self._known

    def _publish(self, *, version: int | None) -> PublishedKey:
        """Publish in the caller's transaction; it is remembered only when it is read again."""
        public = self._keys.public_key(key_id=KEY_ID, version=version)
        key = publish(public=public, at=self._clock.now(), by=PUBLISHER)
        self.forget()
        return key


def publish_at_first() -> None:
    """Publish the latest key where none signs yet, so that clients know it before it does.

    Whoever migrates may not see the keeper. Then the first signature publishes it.
    """
    try:
        get(SigningKeys).publish_latest()
    except (VaultMustBeReachable, KeyMustExist):
        return


def _encoded(members: Mapping[str, Any]) -> str:
    return unpadded(json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode())
