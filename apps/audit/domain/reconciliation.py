# SPDX-License-Identifier: Apache-2.0
"""Documents against the leaves that were written for them: each has one, and says what it says."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.audit.domain.differences import Difference


@dataclass(frozen=True, slots=True)
class DocumentLeaf:
    """A leaf that was written for a document."""

    leaf_id: UUID
    object_id: UUID
    digest: str
    actor: str
    counts_on: date | None


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """A document that is not the one of its leaf any more; which column it is, its own context tells."""

    leaf: DocumentLeaf


def compare(
    *, documents: Iterable[tuple[UUID, bytes]], leaves: Sequence[DocumentLeaf]
) -> Iterator[Difference | ChangedDocument]:
    """Compare the documents of one stretch of ids, as id and canonical form, with its leaves."""
    written: dict[UUID, list[DocumentLeaf]] = {}
    for leaf in leaves:
        written.setdefault(leaf.object_id, []).append(leaf)
    for object_id, canonical in documents:
        own = written.pop(object_id, [])
        if len(own) != 1:
            yield Difference(object_id, "leaf", "one leaf", f"{len(own)} leaves")
        for leaf in own:
            if leaf.digest != hashlib.sha256(canonical).hexdigest():
                yield ChangedDocument(leaf)
    for object_id, orphans in written.items():
        yield Difference(object_id, "rows", f"the rows of leaf {orphans[0].leaf_id}", "no rows")
