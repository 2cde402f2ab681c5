# SPDX-License-Identifier: Apache-2.0
"""Texts of a manifest that people read before they decide: what they see is what stands there."""

import unicodedata

# Controls, invisible and direction-changing characters, surrogates, private use, separators of lines.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def hidden_character(text: str, *, may_have_lines: bool = False) -> str | None:
    """Return the name of the first character that would mislead a reader, or None.

    Source: UTS #55 (source code handling) section 3 for direction-changing characters; NFC of UAX #15.
    """
    for character in text:
        if character == "\n" and may_have_lines:
            continue
        if unicodedata.category(character) in _HIDDEN:
            return unicodedata.name(character, f"U+{ord(character):04X}")
    return None if unicodedata.is_normalized("NFC", text) else "a sequence that is not in normal form C"
