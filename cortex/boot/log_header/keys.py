# SPDX-License-Identifier: Apache-2.0
"""The key that signs log headers: 32 random bytes in URL-safe base64, from LOG_SIGNING_KEY or its _FILE."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cortex.boot.configuration import current_configuration
from cortex.errors import CortexError

VARIABLE = "LOG_SIGNING_KEY"
KEY_BYTES = 32


class LogKeyMustBeWellFormed(CortexError):
    """A key is not what its place promises; what it holds is not told."""

    code = "boot.log_key_must_be_well_formed"

    def __init__(self, *, place: str) -> None:
        """Name the place."""
        super().__init__(
            f"{place}: expected {KEY_BYTES} bytes in URL-safe base64 (43 characters), got something else."
            " Make a key with `cortex logs keygen`.",
            evidence={"object": place, "remedy": "make a key with `cortex logs keygen`"},
        )


def configured_key() -> Ed25519PrivateKey | None:
    """Return the key of this process; None when there is none.

    Raises: LogKeyMustBeWellFormed, ConfigurationRefused.
    """
    return _private(current_configuration().telling.log_signing_key.get_secret_value())


def key_in(*, environ: Mapping[str, str]) -> Ed25519PrivateKey | None:
    """Return the key of an environment, without asking for the rest of a configuration.

    Raises: LogKeyMustBeWellFormed.
    """
    return _private(environ.get(VARIABLE) or _from_file(environ.get(f"{VARIABLE}_FILE", "")))


def _private(text: str) -> Ed25519PrivateKey | None:
    return Ed25519PrivateKey.from_private_bytes(_decoded(text, place=VARIABLE)) if text else None


def new_key() -> str:
    """Make a signing key."""
    return _encoded(Ed25519PrivateKey.generate().private_bytes_raw())


def _from_file(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LogKeyMustBeWellFormed(place=f"{VARIABLE}_FILE") from error


def _decoded(text: str, *, place: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.strip().rstrip("=") + "=")
    except (binascii.Error, ValueError) as error:
        raise LogKeyMustBeWellFormed(place=place) from error
    if len(raw) != KEY_BYTES:
        raise LogKeyMustBeWellFormed(place=place)
    return raw


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
