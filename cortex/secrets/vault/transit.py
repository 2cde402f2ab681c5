# SPDX-License-Identifier: Apache-2.0
"""Key management by the vault's transit engine: keys that never leave it.

A key of type aes256-gcm96 encrypts, one of type ed25519 signs.
"""

import base64
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import hvac
from hvac import exceptions

from cortex.ports.key_management import Context, DataKey, PublicKey
from cortex.secrets.keyring.named import KEY_ID, Named, bound, no_key, not_intact
from cortex.secrets.vault.session import VaultSession

KEEPER = "transit"
_REMEDY = "create it: bao write -f transit/keys/NAME type=aes256-gcm96 (ed25519 for signatures)"
R = TypeVar("R")


class TransitKeyManagement:
    """Each call is one request; versions are the vault's own."""

    def __init__(self, session: VaultSession) -> None:
        self._session = session

    def encrypt(self, *, key_id: str, plaintext: bytes, context: Context) -> bytes:
        """Encrypt under the latest version."""
        answer = self._ask(
            "encrypt", key_id, plaintext=_text(plaintext), associated_data=_text(bound(context))
        )
        return _named(key_id, answer["ciphertext"]).pack()

    def decrypt(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt under the version that the ciphertext names."""
        made = _made_here(ciphertext)
        answer = self._ask(
            "decrypt", made.key_id, ciphertext=_vaults(made), associated_data=_text(bound(context))
        )
        return base64.b64decode(answer["plaintext"])

    def rewrap(self, *, ciphertext: bytes, context: Context) -> bytes:
        """Decrypt and encrypt: the engine's own rewrap refuses what is bound to a context."""
        made = _made_here(ciphertext)
        if made.version == self._key(made.key_id)["latest_version"]:
            return ciphertext
        text = self.decrypt(ciphertext=ciphertext, context=context)
        return self.encrypt(key_id=made.key_id, plaintext=text, context=context)

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        """Wrap a key of our own making: the engine's data keys cannot be bound to a context."""
        key = secrets.token_bytes(32)
        return DataKey(plaintext=key, wrapped=self.encrypt(key_id=key_id, plaintext=key, context=context))

    def open_data_key(self, *, wrapped: bytes, context: Context) -> DataKey:
        """Return the data key again."""
        return DataKey(plaintext=self.decrypt(ciphertext=wrapped, context=context), wrapped=wrapped)

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        """Sign under the latest version."""
        return _named(key_id, self._ask("sign", key_id, input=_text(message))["signature"]).pack()

    def verify(self, *, key_id: str, signature: bytes, message: bytes) -> bool:
        """Ask the vault; whoever has the public key needs no vault."""
        made = _made_here(signature)
        if made.key_id != key_id:
            return False
        return bool(self._ask("verify", key_id, input=_text(message), signature=_vaults(made))["valid"])

    def public_key(self, *, key_id: str, version: int | None = None) -> PublicKey:
        """Return the public half."""
        key = self._key(key_id)
        number = key["latest_version"] if version is None else version
        found = key["keys"].get(str(number))
        if not isinstance(found, dict) or not found.get("public_key"):
            raise no_key(key_id=key_id, version=number, remedy=_REMEDY)
        raw = base64.b64decode(found["public_key"])
        return PublicKey(keeper=KEEPER, key_id=key_id, version=number, raw=raw)

    def rotate(self, *, key_id: str) -> int:
        """Make a new version; the program's own policy need not allow it, an operator's does."""
        mount = self._session.options.transit_mount
        self._call(
            key_id, "rotate", lambda client: client.secrets.transit.rotate_key(key_id, mount_point=mount)
        )
        return int(self._key(key_id)["latest_version"])

    def versions(self, *, key_id: str) -> dict[int, Any]:
        """Return what the vault tells of each version that it still works with; raises KeyMustExist."""
        return {int(number): told for number, told in self._key(key_id)["keys"].items()}

    def _key(self, key_id: str) -> dict[str, Any]:
        mount = self._session.options.transit_mount
        read = self._call(
            key_id, "keys", lambda client: client.secrets.transit.read_key(key_id, mount_point=mount)
        )
        return dict(read["data"])

    def _ask(self, verb: str, key_id: str, **body: str) -> dict[str, Any]:
        path = f"/v1/{self._session.options.transit_mount}/{verb}/{key_id}"
        return dict(self._call(key_id, verb, lambda client: client.adapter.post(path, json=body))["data"])

    def _call(self, key_id: str, verb: str, work: Callable[[hvac.Client], R]) -> R:
        if not KEY_ID.match(key_id):
            raise no_key(key_id=key_id, version=None, remedy="use small letters, digits and '-'")
        try:
            return self._session.call(work, what=f"{verb} {self._session.options.transit_mount}/{key_id}")
        except exceptions.InvalidPath:
            raise no_key(key_id=key_id, version=None, remedy=_REMEDY) from None
        except exceptions.InvalidRequest as error:
            raise _refusal(key_id, str(error)) from None


def _refusal(key_id: str, words: str) -> Exception:
    if "key not found" in words or "no existing key" in words or "unsupported path" in words:
        return no_key(key_id=key_id, version=None, remedy=_REMEDY)
    return not_intact(expected="a text that belongs to this company and object")


def _named(key_id: str, vaults: str) -> Named:
    """Read `vault:v3:Base64`."""
    _, version, body = vaults.split(":", 2)
    return Named(KEEPER, key_id, int(version.removeprefix("v")), base64.b64decode(body))


def _vaults(made: Named) -> str:
    return f"vault:v{made.version}:{_text(made.body)}"


def _made_here(packed: bytes) -> Named:
    made = Named.parse(packed)
    if made.keeper != KEEPER:
        raise not_intact(expected=f"one of the keeper {KEEPER}, got {made.keeper}")
    return made


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
