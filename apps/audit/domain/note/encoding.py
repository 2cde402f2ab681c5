# SPDX-License-Identifier: Apache-2.0
"""Base64 and decimal numbers in one form each: two texts for one value would re-dress a signature."""

import base64
import binascii

SIZE_MAX = 2**63 - 1


def decoded(text: str) -> bytes | None:
    """Return the bytes of standard Base64, padded and canonical; None for anything else."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    # Unused bits of the last letter must be zero, or other letters would stand for the same bytes.
    return found if encoded(found) == text else None


def encoded(data: bytes) -> str:
    """Return standard Base64. Source: RFC 4648 section 4."""
    return base64.b64encode(data).decode("ascii")


def decimal(text: str) -> int | None:
    """Return the number of ASCII digits without leading zeros; None for anything else."""
    is_one = text.isascii() and text.isdigit() and len(text) <= len(str(SIZE_MAX))
    if not is_one or (text != "0" and text.startswith("0")):
        return None
    number = int(text)
    return number if number <= SIZE_MAX else None
