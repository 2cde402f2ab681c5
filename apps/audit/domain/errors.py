# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of evidence."""

from cortex.errors import CortexError, NotFound


class LogMustCoverIt(CortexError):
    """The signed log does not hold yet what is to be proved by it."""

    code = "audit.log_must_cover_it"
    status = 409


class EarlierTreeMustNotBeLarger(CortexError):
    """A log grows: the tree that was seen earlier has a leaf at least, and no more than the archive's."""

    code = "audit.earlier_tree_must_not_be_larger"
    status = 422


class EarlierTreeMustBeOfThisLog(CortexError):
    """A checkpoint of another log has nothing to do with this one."""

    code = "audit.earlier_tree_must_be_of_this_log"
    status = 422


class LogMustContinueEarlierTree(CortexError):
    """Somebody holds a checkpoint of a tree that this log never had: one of the two was changed."""

    code = "audit.log_must_continue_earlier_tree"
    status = 409


class LeafMustExist(NotFound):
    """There is no such leaf, or none that may be seen: which of the two is not told."""

    code = "audit.leaf_must_exist"
