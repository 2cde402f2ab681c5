# SPDX-License-Identifier: Apache-2.0
"""Why a tree was not signed or not cosigned."""

from cortex.errors import CortexError


class SignerMustAnswer(CortexError):
    """The signer does not run, or speaks of something else."""

    code = "audit.signer_must_answer"
    status = 503


class SignerMustAccept(CortexError):
    """The signer refuses the tree; `cause` is its code. Nothing is published until somebody has looked."""

    code = "audit.signer_must_accept"
    status = 500


class WitnessMustAnswer(CortexError):
    """A witness does not answer, or answers something else; the others go on."""

    code = "audit.witness_must_answer"
    status = 503


class WitnessMustAccept(CortexError):
    """A witness refuses the checkpoint."""

    code = "audit.witness_must_accept"
    status = 500


class LogMustNotBeRolledBack(CortexError):
    """A witness has seen more leaves than there are: leaves were lost, or a backup was restored."""

    code = "audit.log_must_not_be_rolled_back"
    status = 500


class LogMustNotFork(CortexError):
    """A witness has seen another tree of the same size: two histories of one log exist."""

    code = "audit.log_must_not_fork"
    status = 500


class WitnessesMustBeReadable(CortexError):
    """The file of witnesses that the settings name cannot be read."""

    code = "audit.witnesses_must_be_readable"
    status = 500
