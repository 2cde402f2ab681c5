# SPDX-License-Identifier: Apache-2.0
"""Texts of plugins on pages: one line each, escaped."""

from collections.abc import Iterable

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe


def lines(texts: Iterable[str]) -> SafeString:
    """Return the texts, one in each line; a dash where there are none."""
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts)) or mark_safe("–")
