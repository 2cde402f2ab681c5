# SPDX-License-Identifier: Apache-2.0
"""The archive of one document. It reads; who may read the document is asked by whoever calls."""

from typing import BinaryIO
from uuid import UUID

from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import write_container
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import DocumentFile, Period
from apps.audit.domain.archive.single_documents import document_archive_files
from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.published import PostedDocuments
from apps.audit.selectors.company_leaves import placed_leaves
from apps.audit.selectors.posted_in_period import documents_of, openings_behind
from apps.audit.selectors.signed_tree import signed_tree
from apps.audit.services.frame_archive import frame_archive
from cortex.ports.registry import get

_REMEDY = "wait some seconds; if it stays, see runbooks/log-does-not-advance.md"


def write_document(
    *, company_id: UUID, object_id: UUID, size: int, out: BinaryIO, earlier: Earlier | None = None
) -> str:
    """Write the archive of a document as of this checkpoint; return the SHA-256 (hex) of its manifest.

    With an earlier tree it proves, too, that the log grew out of that one.
    Raises: LogMustCoverIt, EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog,
    LogMustContinueEarlierTree.
    """
    tree = signed_tree(size=size)
    found = placed_leaves(company_id=company_id, object_id=object_id)
    leaves = [leaf for leaf in found if leaf.leaf_index < size]
    if not leaves:
        raise not_covered(object_id=object_id, got=f"not in the tree of {size}")
    bodies, period = [leaf.body for leaf in leaves], Period()
    documents = documents_of(company_id=company_id, bodies=bodies, period=period)
    files = document_archive_files(
        frame=frame_archive(tree=tree, earlier=earlier),
        company_id=company_id,
        leaves=leaves,
        read=read_stored_tile,
        documents=[DocumentFile(get(PostedDocuments).object_type, documents)],
        openings=openings_behind(company_id=company_id, bodies=bodies, period=period, with_details=False),
    )
    return write_container(out=out, files=files)


def not_covered(*, object_id: UUID, got: str) -> LogMustCoverIt:
    """Return the error that says that no signed tree holds the document yet."""
    return LogMustCoverIt(
        f"Document {object_id}: expected leaves in a signed tree, got some {got}: {_REMEDY}.",
        evidence={"object": str(object_id), "got": got, "remedy": _REMEDY},
    )
