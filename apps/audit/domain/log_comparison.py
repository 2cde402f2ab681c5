# SPDX-License-Identifier: Apache-2.0
"""The stored log against what was signed: which leaf is no longer what its hash in the tree says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from apps.audit.domain.merkle.hashes import leaf_hash

MISSING = "missing"
# The place of what is about the tree as a whole.
WHOLE = -1


@dataclass(frozen=True, slots=True)
class LeafDifference:
    """`place` is a leaf's, or WHOLE for the tree; `expected` and `got` are hashes in hexadecimal, what a
    column beside the leaf should say and says, or `missing`.
    """

    place: int
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class ComparedLog:
    """What was found in a signed tree of `size` leaves; the first hundred differences are told."""

    size: int
    difference_count: int
    differences: Sequence[LeafDifference]


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A leaf's body, and what the columns beside it say: people search by these, and no hash covers them."""

    body: bytes
    columns: Mapping[str, str | None]


def differing_leaves(
    *, first: int, signed: Sequence[bytes | None], stored: Sequence[StoredLeaf | None]
) -> Iterator[LeafDifference]:
    """Yield each leaf from `first` on whose body has another hash than the tree, or whose columns say
    something else than its body; None is missing.
    """
    for place, (expected, leaf) in enumerate(zip(signed, stored, strict=True), start=first):
        got = None if leaf is None else leaf_hash(leaf.body)
        if leaf is None or expected != got:
            yield LeafDifference(place, _hex(expected), _hex(got))
        else:
            yield from _differing_columns(place, leaf)


def _differing_columns(place: int, leaf: StoredLeaf) -> Iterator[LeafDifference]:
    # The body is what was signed, so it is JSON of ours.
    told = _told(orjson.loads(leaf.body))
    for name, value in leaf.columns.items():
        if value != told[name]:
            yield LeafDifference(place, f"{name}: {told[name]}", f"{name}: {value}")


def _told(body: Mapping[str, object]) -> dict[str, object]:
    head, thing = body.get("head"), body.get("object")
    company = head.get("company") if isinstance(head, dict) else body.get("company")
    named = thing if isinstance(thing, dict) else {}
    return {
        "company of the place": company,
        "id": body.get("id"),
        "company": company,
        "object id": named.get("id"),
        "actor": body.get("actor"),
        "verb": body.get("verb"),
        "object type": named.get("type"),
    }


def _hex(found: bytes | None) -> str:
    return MISSING if found is None else found.hex()
