# SPDX-License-Identifier: Apache-2.0
"""Seal what somebody's factor needs, so that whoever reads the table cannot make codes of it."""

from uuid import UUID

from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get

KEY_ID = "cortex-factors"


def seal(*, user_id: UUID, text: str) -> str:
    """Return the text encrypted for this user; in another user's row it is worthless."""
    sealed = get(KeyManagement).encrypt(key_id=KEY_ID, plaintext=text.encode(), context=_context(user_id))
    return sealed.decode("ascii")


def unseal(*, user_id: UUID, sealed: str) -> str:
    """Return the text; raises CiphertextMustBeIntact, VaultMustBeReachable."""
    plain = get(KeyManagement).decrypt(ciphertext=sealed.encode("ascii"), context=_context(user_id))
    return plain.decode()


def _context(user_id: UUID) -> dict[str, str]:
    return {"purpose": "second factor", "user": str(user_id)}
