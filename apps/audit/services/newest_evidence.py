# SPDX-License-Identifier: Apache-2.0
"""Prove one document, or one leaf, by the newest signed tree, for pages and APIs."""

from typing import BinaryIO
from uuid import NAMESPACE_URL, UUID, uuid5

from apps.audit.adapters.policy_entities import EXPORT
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.selectors.company_leaves import placed_leaves
from apps.audit.selectors.signed_tree import newest_covering
from apps.audit.selectors.single_leaves import company_of_leaf
from apps.audit.services.document_evidence import not_covered, write_document
from apps.audit.services.leave_export_leaf import OBJECT_TYPE
from apps.audit.services.prove_leaves import write_leaves
from cortex.policy.looks import Look, note_look
from cortex.ports.principal import Principal


class NewestEvidence:
    """Archives of single documents, as of the newest checkpoint."""

    def write(
        self,
        *,
        company_id: UUID,
        object_id: UUID,
        out: BinaryIO,
        taken_by: Principal,
        earlier_size: int | None = None,
    ) -> None:
        """Write the archive, with a proof from the tree of the earlier size where one is asked for.

        Raises: LogMustCoverIt while no checkpoint covers the document, EarlierTreeMustNotBeLarger.
        """
        leaves = placed_leaves(company_id=company_id, object_id=object_id)
        first = leaves[0].leaf_index if leaves else None
        size = None if first is None else newest_covering(leaf_index=first)
        if size is None:
            raise not_covered(object_id=object_id, got="not yet signed")
        earlier = None if earlier_size is None else Earlier(earlier_size)
        digest = write_document(
            company_id=company_id, object_id=object_id, size=size, out=out, earlier=earlier
        )
        _note(taken_by, company_id, digest)


class NewestLeafEvidence:
    """Archives of single leaves, as of the newest checkpoint."""

    def write(
        self,
        *,
        company_id: UUID | None,
        leaf_id: UUID,
        out: BinaryIO,
        taken_by: Principal,
        earlier_size: int | None = None,
    ) -> None:
        """Write the archive of a leaf that whoever takes it may see; without a company it may be any.

        Raises: AccessMustBeGranted, LeafMustExist, LogMustCoverIt, EarlierTreeMustNotBeLarger.
        """
        earlier = None if earlier_size is None else Earlier(earlier_size)
        _, digest = write_leaves(
            company_id=company_id, leaf_ids=[leaf_id], out=out, reader=taken_by, earlier=earlier
        )
        _note(taken_by, company_id, digest)
        if company_id is None and (owner := company_of_leaf(leaf_id=leaf_id)) is not None:
            # Whose leaf it is sees who took it, too.
            _note(taken_by, owner, digest)


def _note(taken_by: Principal, company_id: UUID | None, manifest_digest: str) -> None:
    """Let the archive leave a leaf when the answer is out, since whoever asks for it changes nothing.

    The leaf is about the archive, not the document: it would else stand in the next archive of that. One
    archive is one object for ever, so that a second download within a minute is no second leaf.
    """
    archive_id = uuid5(NAMESPACE_URL, f"cortex:evidence:{manifest_digest}")
    note_look(
        Look(
            principal=taken_by,
            verb=EXPORT,
            company_id=company_id,
            object_type=OBJECT_TYPE,
            object_id=archive_id,
            digest=manifest_digest,
        )
    )
