# SPDX-License-Identifier: Apache-2.0
"""Make a signature line; the private half stays with whoever signs the bytes."""

from collections.abc import Callable

from apps.audit.domain.note.algorithms import TIME_BYTES
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignatureLine, verified_at


def signature_line(
    *, key: VerifierKey, text: str, sign: Callable[[bytes], bytes], signed_at: int | None = None
) -> SignatureLine:
    """Sign a note's text and look at the result before it leaves; raises NoteMustBeSigned.

    `sign` returns the raw signature of the bytes; `signed_at` are seconds since 1970, for a timed kind.
    A keeper that was given another version of the key would otherwise hand out lines that nobody verifies.
    """
    stamp = (signed_at or 0).to_bytes(TIME_BYTES) if key.kind.is_timed else b""
    body = stamp + sign(key.kind.message(key.name, text.encode(), signed_at))
    line = SignatureLine(name=key.name, key_id=key.id, body=body)
    verified_at(line, key, text)
    return line
