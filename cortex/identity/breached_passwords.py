# SPDX-License-Identifier: Apache-2.0
"""Refuse passwords of breaches, by a file of their SHA-1 that the operator has on this machine.

Collections are offered for download as lines of 40 hexadecimal digits, a colon and a count, sorted by the
digits: 40 GB, of which a search by bisection reads some forty lines. No password, nor a part of its digest,
leaves this machine. Source: ASVS 5.0, 6.2.12.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

from cortex.errors import CortexError

DIGITS, LINE_MAX = 40, 100
_LINE = re.compile(rb"\A[0-9A-Fa-f]{40}(:\d+)?\r?\n?\Z")


class BreachedPasswordsMustBeReadable(CortexError):
    """The file that the operator named is not there, or holds something else than sorted digests."""

    code = "identity.breached_passwords_must_be_readable"
    status = 503


class BreachedValidator:
    """Refuses what stands in the operator's collection; without one it refuses nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password of a breach; raises as `is_breached`."""
        if settings.BREACHED_PASSWORDS and is_breached(password, path=Path(settings.BREACHED_PASSWORDS)):
            raise ValidationError(
                "This password stands in a collection of breached ones. Choose one that you use nowhere else."
            )

    def get_help_text(self) -> str:
        """Return the rule as a page shows it."""
        return "Your password can't be one that was found in a breach."


def is_breached(password: str, *, path: Path) -> bool:
    """Return whether the sorted file holds the password's digest; raises BreachedPasswordsMustBeReadable."""
    # The digest of the collections, which guards nothing here.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with path.open("rb") as file:
            return _is_in(file, wanted)
    except OSError as error:
        raise _unreadable(path.name, error.strerror or "an error") from error


def _is_in(file: BinaryIO, wanted: bytes) -> bool:
    """Search by bisection: `low` is always the start of a line, and no line at or after `high` is wanted."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        start = _next_line(file, middle, low)
        if start >= high:
            high = middle
            continue
        line = file.readline(LINE_MAX)
        if not _LINE.match(line):
            raise _unreadable(Path(file.name).name, f"another line at byte {start}")
        found = line[:DIGITS].upper()
        if found == wanted:
            return True
        low, high = (file.tell(), high) if found < wanted else (low, middle)
    return False


def _next_line(file: BinaryIO, position: int, low: int) -> int:
    """Go to the first line that starts at this position or after it, and return where that is."""
    if position == low:
        file.seek(low)
    else:
        file.seek(position - 1)
        file.readline(LINE_MAX)
    return file.tell()


def _unreadable(name: str, got: str) -> BreachedPasswordsMustBeReadable:
    return BreachedPasswordsMustBeReadable(
        f"File {name}: expected breached passwords as sorted lines of SHA-1 in hex, got {got}. Ask the "
        "operator to mend what BREACHED_PASSWORDS names; passwords cannot be chosen meanwhile.",
        evidence={"object": "BREACHED_PASSWORDS", "got": got, "remedy": "mend the file"},
    )
