# SPDX-License-Identifier: Apache-2.0
"""Give an archive what every archive holds, and the proof from an earlier tree where one is asked for."""

from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.adapters.verifier_file import verifier_source
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import Frame
from apps.audit.domain.archive.proof_text import consistency_text
from apps.audit.domain.merkle.proofs import consistency_proof, root_at
from apps.audit.selectors.signed_tree import SignedTree


def frame_archive(*, tree: SignedTree, earlier: Earlier | None = None) -> Frame:
    """Return what every archive of this tree holds.

    Raises: EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    consistency = None if earlier is None else _consistency(tree, earlier)
    return Frame(tree.origin, tree.size, tree.note, verifier_source(), consistency)


def _consistency(tree: SignedTree, earlier: Earlier) -> bytes:
    earlier.require_size(tree_size=tree.size)
    earlier.require_beginning(origin=tree.origin, root=root_at(tree_size=earlier.size, read=read_stored_tile))
    proof = consistency_proof(old_size=earlier.size, new_size=tree.size, read=read_stored_tile)
    return consistency_text(old_size=earlier.size, proof=proof, checkpoint=tree.note)
