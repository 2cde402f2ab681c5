# SPDX-License-Identifier: Apache-2.0
"""A state in one word, also by colour."""

from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString

Kind = Literal["good", "warn", "bad", "plain"]


def mark(word: str, *, kind: Kind = "plain") -> SafeString:
    """Return the word as HTML, in the colour of its kind."""
    return format_html('<span class="cx-mark cx-{}">{}</span>', kind, word)
