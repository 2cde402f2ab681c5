# SPDX-License-Identifier: Apache-2.0
"""The stored log against what was signed: which leaf is no longer what its hash in the tree says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LeafDifference:
    """`place` is a leaf's, or -1 for the root of the tree; the hashes are hexadecimal, or `missing`."""

    place: int
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class ComparedLog:
    """What was found in a signed tree of `size` leaves; the first hundred differences are told."""

    size: int
    difference_count: int
    differences: Sequence[LeafDifference]


def differing_leaves(
    *, first: int, signed: Sequence[bytes | None], stored: Sequence[bytes | None]
) -> Iterator[LeafDifference]:
    """Yield each leaf from `first` on whose stored body has another hash than the tree; None is missing."""
    for place, (expected, got) in enumerate(zip(signed, stored, strict=True), start=first):
        if expected is None or expected != got:
            yield LeafDifference(place, _hex(expected), _hex(got))


def _hex(found: bytes | None) -> str:
    return MISSING if found is None else found.hex()
