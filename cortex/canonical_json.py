# SPDX-License-Identifier: Apache-2.0
"""The bytes that are hashed: canonical JSON, the same on every machine and in every language."""

import hashlib
from typing import Any

import orjson
import rfc8785

# Integers beyond this are not safe in JSON (RFC 7493 section 2.2); RFC 8785 refuses them.
_SAFE_INTEGER_MAX = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of `value`: dicts, lists, strings, safe integers, booleans and None.

    Raises: rfc8785.CanonicalizationError for anything that has no canonical form.
    Source: RFC 8785. orjson gives the same bytes ten times faster where keys are ASCII and there are
    no floats: sorting by code point and by UTF-16 unit differ only beyond ASCII.
    """
    if _is_plain(value):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(value)


def canonical_digest(value: Any) -> str:
    """Return the SHA-256 (hex) of the RFC 8785 form; raises as canonical_json."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return _is_encodable(value)
    if kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_SAFE_INTEGER_MAX <= value <= _SAFE_INTEGER_MAX)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(member) for key, member in value.items())
    return kind in (list, tuple) and all(map(_is_plain, value))


def _is_encodable(text: str) -> bool:
    # A lone surrogate has no UTF-8 form; rfc8785 then says so in its own words.
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
