# SPDX-License-Identifier: Apache-2.0
"""The tree that a ':' in account codes makes."""

from collections.abc import Collection, Iterable

SEPARATOR = ":"


def parent_code(*, code: str, codes: Collection[str]) -> str | None:
    """Return the nearest ancestor of `code` that the chart has, or None at the top."""
    head = code
    while SEPARATOR in head:
        head = head.rpartition(SEPARATOR)[0]
        if head in codes:
            return head
    return None


def parent_codes(codes: Iterable[str]) -> dict[str, str | None]:
    """Return the parent of every code of a chart."""
    known = set(codes)
    return {code: parent_code(code=code, codes=known) for code in known}
