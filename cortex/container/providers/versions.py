# SPDX-License-Identifier: Apache-2.0
"""Versions of providers, and the ranges in which callers ask for them."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import total_ordering

from cortex.container.providers.errors import VersionMustBeReadable

_VERSION = re.compile(r"\A(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?\Z")
_BOUND = re.compile(r"\A(>=|<=|==|>|<)\s*([\d.]+)\Z")
_COMPARISONS: dict[str, Callable[["Version", "Version"], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """Major, minor and patch; what is left out is 0."""

    major: int
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read `1`, `1.2` or `1.2.3`; raises VersionMustBeReadable."""
        found = _VERSION.match(text)
        if found is None:
            raise _unreadable(text, expected="up to three numbers, such as 1.2.3")
        return cls(*(int(part or 0) for part in found.groups()))

    def __lt__(self, other: "Version") -> bool:
        return (self.major, self.minor, self.patch) < (other.major, other.minor, other.patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class VersionRange:
    """All bounds must hold; no bound means any version."""

    bounds: tuple[tuple[str, Version], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "VersionRange":
        """Read `>=1.2,<2`; an empty text stands for any version; raises VersionMustBeReadable."""
        bounds = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            found = _BOUND.match(part)
            if found is None:
                raise _unreadable(text, expected="bounds such as >=1.2,<2")
            bounds.append((found[1], Version.parse(found[2])))
        return cls(tuple(bounds))

    def __contains__(self, version: Version) -> bool:
        return all(_COMPARISONS[sign](version, bound) for sign, bound in self.bounds)

    def __str__(self) -> str:
        return ",".join(f"{sign}{bound}" for sign, bound in self.bounds) or "any"


def _unreadable(text: str, *, expected: str) -> VersionMustBeReadable:
    return VersionMustBeReadable(
        f"Version {text[:50]}: expected {expected}.",
        evidence={"object": "version", "expected": expected, "got": text[:50]},
    )
