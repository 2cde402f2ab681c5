# SPDX-License-Identifier: Apache-2.0
"""Keys derived from the installation's SECRET_KEY, for those who run neither a vault nor a sealed file."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from cortex.confidential import Secret
from cortex.errors import CortexError


class KeyMustBeRotatable(CortexError):
    """A key that follows from another cannot be rotated by itself."""

    code = "secrets.key_must_be_rotatable"
    status = 409


class InstallationKeys:
    """One version for each of SECRET_KEY and its fallbacks; a version's number is a mark of its key.

    Rotation is a new SECRET_KEY with the former one among SECRET_KEY_FALLBACKS.
    """

    keeper = "installation"
    remedy = "add the former SECRET_KEY to SECRET_KEY_FALLBACKS"

    def __init__(self, *, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        self._roots = [Secret(key) for key in (*reversed(fallbacks), secret_key)]

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        """Return what follows from each key, that of SECRET_KEY last."""
        return dict(_version(root, key_id) for root in self._roots)

    def add_version(self, *, key_id: str) -> int:
        """Refuse: the operator changes SECRET_KEY."""
        raise KeyMustBeRotatable(
            f"Key {key_id}: it follows from SECRET_KEY and is rotated with it. "
            "Set a new SECRET_KEY and keep the former one in SECRET_KEY_FALLBACKS.",
            evidence={"object": "key", "got": key_id, "remedy": "change SECRET_KEY"},
        )


def _version(root: Secret, key_id: str) -> tuple[int, Secret]:
    key = root.reveal().encode()
    material = hmac.digest(key, f"cortex.key.v1:{key_id}".encode(), hashlib.sha256)
    mark = hmac.digest(key, b"cortex.key.mark.v1", hashlib.sha256)
    return int.from_bytes(mark[:4]), Secret(material.hex())
