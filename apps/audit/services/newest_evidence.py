# SPDX-License-Identifier: Apache-2.0
"""Prove one document by the newest signed tree, for pages and APIs of the context that posted it."""

from typing import BinaryIO
from uuid import UUID

from apps.audit.domain.archive.earlier import Earlier
from apps.audit.selectors.company_leaves import placed_leaves
from apps.audit.selectors.signed_tree import newest_size
from apps.audit.services.document_evidence import not_covered, write_document


class NewestEvidence:
    """Archives of single documents, as of the newest checkpoint."""

    def write(
        self, *, company_id: UUID, object_id: UUID, out: BinaryIO, earlier_size: int | None = None
    ) -> None:
        """Write the archive, with a proof from the tree of the earlier size where one is asked for.

        Raises: LogMustCoverIt while no checkpoint covers the document, EarlierTreeMustNotBeLarger.
        """
        leaves = placed_leaves(company_id=company_id, object_id=object_id)
        first = leaves[0].leaf_index if leaves else None
        size = None if first is None else _newest_size(first)
        if size is None:
            raise not_covered(object_id=object_id, got="not yet signed")
        earlier = None if earlier_size is None else Earlier(earlier_size)
        write_document(company_id=company_id, object_id=object_id, size=size, out=out, earlier=earlier)


def _newest_size(leaf_index: int) -> int | None:
    """Return the newest checkpoint that all witnesses have seen, or that covers the leaf at least."""
    return newest_size(beyond=leaf_index) or newest_size(beyond=leaf_index, is_cosigned=False)
