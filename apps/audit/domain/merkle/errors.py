# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a tree or a proof; the evidence says with what."""

from cortex.errors import CortexError


class TreeMustHaveTheSize(CortexError):
    """A place or a size lies outside the tree that was asked about."""

    code = "audit.tree_must_have_the_size"
    status = 404


class TileMustBeWhole(CortexError):
    """A tile holds fewer hashes than the tree's size says: it was lost, cut or never written."""

    code = "audit.tile_must_be_whole"
    status = 500


class InclusionProofInvalid(CortexError):
    """The proof does not lead from the leaf to the root."""

    code = "audit.inclusion_proof_invalid"
    status = 422


class ConsistencyProofInvalid(CortexError):
    """The proof does not show that the newer tree begins with the older one."""

    code = "audit.consistency_proof_invalid"
    status = 422
