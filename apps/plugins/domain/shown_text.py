# SPDX-License-Identifier: Apache-2.0
"""Texts of plugins that people read: what they see is what stands there."""

import re
import unicodedata

# Controls, invisible and direction-changing characters, surrogates, private use, separators of lines.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks drawn as nothing: Default_Ignorable_Code_Point of Unicode, and an empty Braille cell.
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def hidden_character(text: str, *, may_have_lines: bool = False) -> str | None:
    """Return the name of the first character that would mislead a reader, or None.

    Source: UTS #55 (source code handling) section 3 for direction-changing characters; NFC of UAX #15.
    """
    for character in text:
        if character == "\n" and may_have_lines:
            continue
        if unicodedata.category(character) in _HIDDEN or _DRAWN_AS_NOTHING.match(character):
            return unicodedata.name(character, f"U+{ord(character):04X}")
    return None if unicodedata.is_normalized("NFC", text) else "a sequence that is not in normal form C"
