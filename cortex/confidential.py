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
import re
import threading
from collections import OrderedDict
from hmac import compare_digest
from typing import NoReturn
from urllib.parse import quote, quote_plus

MASK = "[secret]"
# Shorter texts would be found in innocent words; no secret of ours is that short.
LENGTH_MIN = 8
# Rotation brings new values, and the old ones stay known for a while.
KNOWN_MAX = 512
_lock = threading.Lock()
_known: OrderedDict[str, None] = OrderedDict()
_pattern: re.Pattern[str] | None = None


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


def remember(*texts: str) -> None:
    """Keep these texts out of everything that `masked` sees from now on."""
    global _pattern  # noqa: PLW0603 - one memory for the process; the pattern is made of it
    with _lock:
        for text in texts:
            if len(text) >= LENGTH_MIN:
                if text not in _known:
                    _pattern = None
                _known[text] = None
                _known.move_to_end(text)
        while len(_known) > KNOWN_MAX:
            _known.popitem(last=False)


def masked(text: str) -> str:
    """Return the text without the secrets known here, in whatever usual form they stand in it."""
    pattern = _known_texts()
    return pattern.sub(MASK, text) if pattern is not None else text


def holds_a_secret(text: str) -> bool:
    """Return whether a known secret stands in the text."""
    pattern = _known_texts()
    return pattern is not None and pattern.search(text) is not None


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


def _known_texts() -> re.Pattern[str] | None:
    global _pattern  # noqa: PLW0603 - see remember
    with _lock:
        if _pattern is None and _known:
            forms = {form for text in _known for form in forms_of(text)}
            # The longest first: a secret that begins like another must not leave its rest behind.
            _pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
        return _pattern
