# SPDX-License-Identifier: Apache-2.0
"""The documents behind a company's leaves, and the texts that leaves and documents are committed to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

import orjson

from apps.audit.domain.archive.frame import Opening, Period
from apps.audit.published import PostedDocument, PostedDocuments
from apps.audit.selectors.privacy.openings import openings_of
from cortex.ports.registry import get

BATCH = 500


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf's id, and its document's where it was written for one that counts in the period."""

    leaf_id: UUID
    document_id: UUID | None


def documents_of(*, company_id: UUID, bodies: Iterable[bytes], period: Period) -> Iterator[bytes]:
    """Yield the documents as their rows are now, in the order of their leaves.

    What was changed since is handed out as it is, and what is gone is left out: the verifier says so.
    """
    for leaves in _batches(bodies, period):
        found = _documents(company_id, leaves)
        for leaf in leaves:
            if leaf.document_id in found:
                yield found[leaf.document_id].canonical


def openings_behind(
    *, company_id: UUID, bodies: Iterable[bytes], period: Period, with_details: bool
) -> Iterator[Opening]:
    """Yield the texts that were not erased, in the order of leaves.

    Details are reasons and notes beside the leaves, for whoever may read the whole log; without them, what
    the documents themselves say.
    """
    for leaves in _batches(bodies, period):
        found = _documents(company_id, leaves)
        own: dict[UUID, list[Opening]] = {leaf.leaf_id: [] for leaf in leaves}
        for opening in openings_of(company_id=company_id, leaf_ids=list(own)) if with_details else ():
            own[opening.leaf_id].append(opening)
        for leaf in leaves:
            yield from own[leaf.leaf_id]
            for text in found[leaf.document_id].texts if leaf.document_id in found else ():
                yield Opening(leaf.leaf_id, text.name, text.salt, text.value)


def is_document_in(*, period: Period) -> Callable[[dict[str, object]], bool]:
    """Return the question whether a leaf was written for a document that counts in the period."""
    first, last = period.from_date or date.min, period.to_date or date.max

    def ask(leaf: dict[str, object]) -> bool:
        day = leaf.get("counts_on")
        return day is not None and first <= date.fromisoformat(str(day)) <= last

    return ask


def _batches(bodies: Iterable[bytes], period: Period) -> Iterator[list[_Leaf]]:
    left, counts = iter(bodies), is_document_in(period=period)
    while batch := [orjson.loads(body) for body in islice(left, BATCH)]:
        yield [
            _Leaf(UUID(leaf["id"]), UUID(leaf["object"]["id"]) if counts(leaf) else None) for leaf in batch
        ]


def _documents(company_id: UUID, leaves: Iterable[_Leaf]) -> dict[UUID | None, PostedDocument]:
    wanted = [leaf.document_id for leaf in leaves if leaf.document_id]
    if not wanted:
        return {}
    found = get(PostedDocuments).of_objects(company_id=company_id, object_ids=wanted)
    return {document.object_id: document for document in found}
