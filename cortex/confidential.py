# SPDX-License-Identifier: Apache-2.0
"""A secret as the program holds it, and the memory of what must never be written anywhere.

Whoever needs the text asks for it by name (`reveal`); everything that writes values by itself, such as
logs, tracebacks, error pages, JSON and pickle, gets a mask or a refusal. Texts that were revealed are known
to `masked`, which takes them out of whatever is about to leave the process.
"""

import base64
import binascii
import html
import json
import threading
from collections.abc import Mapping
from hmac import compare_digest
from typing import NoReturn
from urllib.parse import quote, quote_plus

MASK = "[secret]"
# Shorter texts would be found in innocent words; no secret of ours is that short.
LENGTH_MIN = 8
# Rotation brings new values, and the old ones stay known for a while. Each costs every line written some
# 20 searches of 0.1 µs to 1 µs.
KNOWN_MAX = 128
_lock = threading.Lock()
# Replaced as a whole and never changed: readers take no lock.
_known: Mapping[str, tuple[str, ...]] = {}
_lasting: frozenset[str] = frozenset()


class Secret:
    """A text that shows itself to `reveal` alone."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text
        remember(text)

    def reveal(self) -> str:
        """Return the text; keep it in no attribute and no global."""
        return self.__text

    def equals(self, given: str) -> bool:
        """Compare in constant time."""
        return compare_digest(self.__text.encode(), given.encode())

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.equals(other.reveal())

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied out of its process")


def remember(*texts: str, is_lasting: bool = False) -> None:
    """Keep these texts out of everything that `masked` sees from now on.

    The oldest are forgotten for new ones; lasting ones, which hold as long as the process, never are.
    """
    global _known, _lasting  # noqa: PLW0603 - one memory for the process
    wanted = [text for text in texts if len(text) >= LENGTH_MIN]
    new = [text for text in wanted if text not in _known]
    if not new and not is_lasting:
        return
    with _lock:
        if is_lasting:
            _lasting = _lasting.union(wanted)
        forms = {text: tuple(sorted(forms_of(text), key=len, reverse=True)) for text in new}
        known = {**_known, **forms}
        forgotten = [text for text in known if text not in _lasting][:-KNOWN_MAX]
        for text in forgotten:
            del known[text]
        _known = known


def masked(text: str) -> str:
    """Return the text without the secrets known here, in whatever usual form they stand in it."""
    for forms in _known.values():
        for form in forms:
            if form in text:
                text = text.replace(form, MASK)
    return text


def holds_a_secret(text: str) -> bool:
    """Return whether a known secret stands in the text."""
    return any(form in text for forms in _known.values() for form in forms)


def forms_of(text: str) -> set[str]:
    """Return the text as it is and as programs write it: quoted, escaped, hexadecimal, Base64, reversed.

    Base64 of a longer text holds it at one of three offsets, whose first and last characters depend on
    the neighbours and are left out.
    """
    data = text.encode()
    forms = {text, text[::-1], quote(text), quote(text, safe=""), quote_plus(text), html.escape(text)}
    forms |= {repr(text)[1:-1], json.dumps(text)[1:-1], html.escape(repr(text)[1:-1])}
    forms |= {binascii.hexlify(data).decode(), binascii.hexlify(data).decode().upper()}
    for offset in range(3):
        inside = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        first, last = -(-offset * 8 // 6), (offset + len(data)) * 8 // 6
        forms |= {inside[first:last], inside[first:last].translate(str.maketrans("+/", "-_"))}
    return {form for form in forms if len(form) >= LENGTH_MIN}
