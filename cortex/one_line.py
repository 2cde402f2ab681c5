# SPDX-License-Identifier: Apache-2.0
"""Texts of strangers, on one line."""


def one_line(text: str) -> str:
    """Return the text without what would forge lines, turn its direction or move a terminal's cursor."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
