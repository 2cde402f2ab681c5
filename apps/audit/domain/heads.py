# SPDX-License-Identifier: Apache-2.0
"""Leaves that tell of other leaves: the head of one company's, and of all companies' heads."""

from collections.abc import Sequence
from uuid import UUID

from apps.audit.domain.leaf import VERSION
from apps.audit.domain.merkle.hashes import tree_root
from cortex.canonical_json import canonical_json


def head_body(*, company_id: UUID, count: int, root: bytes) -> bytes:
    """Return the leaf that tells how many leaves of verbs a company has, and the root over them."""
    return canonical_json(
        {"v": VERSION, "head": {"company": str(company_id), "count": count, "root": root.hex()}}
    )


def heads_body(*, head_hashes: Sequence[bytes]) -> bytes:
    """Return the leaf over the newest head of every company: their leaf hashes, sorted by company id.

    An older head could otherwise be shown in place of the newest.
    """
    return canonical_json(
        {
            "v": VERSION,
            "heads": {"companies": len(head_hashes), "root": tree_root(hashes=head_hashes).hex()},
        }
    )
