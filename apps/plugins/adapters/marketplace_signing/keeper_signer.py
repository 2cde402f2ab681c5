# SPDX-License-Identifier: Apache-2.0
"""A key of the vault as the libraries of signatures ask for one; the private half never comes here."""

from securesystemslib.signer import Key, SecretsHandler, Signature, Signer, SSlibKey

from apps.plugins.adapters.repository.distinct_keys import key_of
from cortex.ports.key_management import KeyManagement
from cortex.ports.key_management import Signature as Packed


class KeeperSigner(Signer):
    """Signs with the latest version of one key, of whatever keeper has it."""

    def __init__(self, *, keys: KeyManagement, key_id: str) -> None:
        """Ask for the public half; raises KeyMustExist, VaultMustBeReachable."""
        self._keys, self._key_id = keys, key_id
        self._public = key_of(keys.public_key(key_id=key_id).raw.hex())

    @property
    def public_key(self) -> SSlibKey:
        """Return the public half."""
        return self._public

    def sign(self, payload: bytes) -> Signature:
        """Return the signature; raises VaultMustBeReachable."""
        made = Packed.of(self._keys.sign(key_id=self._key_id, message=payload))
        return Signature(self._public.keyid, made.raw.hex())

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> "KeeperSigner":
        """Refuse: keys are named by settings, never by a text that somebody hands in."""
        raise NotImplementedError(priv_key_uri)
