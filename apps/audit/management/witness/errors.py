# SPDX-License-Identifier: Apache-2.0
"""Refusals of the witness; their status is what the protocol says."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class OldSizeMustNotExceedTheCheckpoint(Malformed):
    """The request names an older tree that is larger than the newer."""

    code = "audit.old_size_must_not_exceed_the_checkpoint"


class LogMustBeKnown(NotFound):
    """The witness was not told to watch this log."""

    code = "audit.log_must_be_known"


class CheckpointMustContinue(Conflict):
    """Another tree of this log was cosigned last; `seen` is its size, which is the answer."""

    code = "audit.checkpoint_must_continue"


class FirstProofMustBeEmpty(CortexError):
    """A proof from the empty tree, or an empty tree with a root of another."""

    code = "audit.first_proof_must_be_empty"
    status = 422


class WitnessMustBeConfigured(CortexError):
    """The configuration of the witness cannot be read."""

    code = "audit.witness_must_be_configured"


class WitnessMustBeNew(CortexError):
    """There is a witness in this directory already."""

    code = "audit.witness_must_be_new"


class WitnessMemoryMustExist(CortexError):
    """A witness without its memory would cosign a history that it has seen to be false."""

    code = "audit.witness_memory_must_exist"
