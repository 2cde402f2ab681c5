# SPDX-License-Identifier: Apache-2.0
"""The size of a tree that somebody saw earlier, as the end of an address."""

from cortex.errors import Malformed

_DIGITS_MAX = 15


class EarlierSizeMustBeReadable(Malformed):
    """An address asks for a proof from a tree whose size is no number."""

    code = "accounting.earlier_size_must_be_readable"


def read_earlier_size(word: str | None) -> int | None:
    """Read how many leaves the tree had, None where none is given; raises EarlierSizeMustBeReadable."""
    if not word:
        return None
    if not (word.isascii() and word.isdecimal() and len(word) <= _DIGITS_MAX):
        raise EarlierSizeMustBeReadable(
            f"Earlier tree {word[:80]!r}: expected a number of leaves. Take the checkpoint's second line.",
            evidence={
                "object": "since",
                "expected": "a number of leaves",
                "got": word[:80],
                "remedy": "take the second line of the checkpoint",
            },
        )
    return int(word)
