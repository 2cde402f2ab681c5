# SPDX-License-Identifier: Apache-2.0
"""The seal of compiled code: an HMAC over it and what it was compiled for, in its last 32 bytes.

One file, so that code and seal are replaced at once. At its end, since wasmtime maps the file and finds
what it looks for from the beginning: reading code from memory would take 40 ms instead of 2.
"""

import hashlib
import hmac

from apps.plugins.adapters.sandbox.engine import Engine

_SEAL_BYTES = 32


def sealed(*, code: bytes, digest: str, key: bytes) -> bytes:
    """Return the code of the component with this digest, and its seal."""
    return code + _seal(memoryview(code), digest, key)


def is_sealed(*, content: bytes, digest: str, key: bytes) -> bool:
    """Tell whether whoever has the key sealed it, for this component and this engine."""
    told = memoryview(content)
    return hmac.compare_digest(told[-_SEAL_BYTES:], _seal(told[:-_SEAL_BYTES], digest, key))


def _seal(code: memoryview, digest: str, key: bytes) -> bytes:
    told = f"{Engine.identity}\n{digest}\n".encode() + hashlib.sha256(code).digest()
    return hmac.digest(key, told, "sha256")
