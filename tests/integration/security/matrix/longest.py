# SPDX-License-Identifier: Apache-2.0
"""What is said of calls whose name ends so: the longest ending goes before the others."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def longest(known: Mapping[str, T], name: str) -> T | None:
    """Return what is said of the call of this name, or None."""
    endings = [ending for ending in known if name.endswith(ending)]
    return known[max(endings, key=len)] if endings else None
