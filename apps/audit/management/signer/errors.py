# SPDX-License-Identifier: Apache-2.0
"""Refusals of the signer. Each means: look before anything is signed again."""

from cortex.errors import Conflict, CortexError, Malformed


class TreeToSignMustBeWellFormed(Malformed):
    """A request names no tree."""

    code = "audit.tree_to_sign_must_be_well_formed"


class ProofMustBeginAtTheLastTree(Conflict):
    """The proof starts elsewhere than at the tree that was signed last; `got` and `expected` are sizes."""

    code = "audit.proof_must_begin_at_the_last_tree"


class TreeMustNotShrink(CortexError):
    """A smaller tree than the one that was signed last: leaves were lost, or a backup was restored."""

    code = "audit.tree_must_not_shrink"


class SignerMustRemember(CortexError):
    """The log has published more than the signer remembers: its memory was lost or is an older one."""

    code = "audit.signer_must_remember"


class SignerMemoryMustExist(CortexError):
    """The key was there before and the memory is not."""

    code = "audit.signer_memory_must_exist"


class SignerMemoryMustBeReadable(CortexError):
    """The memory is no such file, or is another log's."""

    code = "audit.signer_memory_must_be_readable"


class SignerMemoryMustBeNew(CortexError):
    """There is a memory already; a first start would forget it."""

    code = "audit.signer_memory_must_be_new"


class LogKeyMustStayTheSame(CortexError):
    """The keeper signs with another key than the one that verifiers were given."""

    code = "audit.log_key_must_stay_the_same"


class SignerMustBeAlone(CortexError):
    """Another signer works with the same memory."""

    code = "audit.signer_must_be_alone"


class SignerMustBeConfigured(CortexError):
    """The program was started without what it needs."""

    code = "audit.signer_must_be_configured"
