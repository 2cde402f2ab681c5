# SPDX-License-Identifier: Apache-2.0
"""What can be done with proposals, delegations and limits."""

from cortex.policy.actions import Action, declare

READ = "approvals.proposal.read"
PROPOSE = "approvals.proposal.propose"
APPROVE = "approvals.proposal.approve"
WITHDRAW = "approvals.proposal.withdraw"
COMMENT = "approvals.proposal.comment"
EXPIRE = "approvals.proposal.expire"
DELEGATE = "approvals.delegation.change"
READ_LIMITS = "approvals.limit.read"
CHANGE_LIMITS = "approvals.limit.change"
_ALL = frozenset({"clerk", "accountant", "controller", "auditor", "administrator"})
_MAKERS = frozenset({"clerk", "accountant", "controller", "administrator"})
_CHECKERS = frozenset({"controller"})
_KEEPERS = frozenset({"controller", "administrator"})
_WRITE, _READ = "approvals:write", "approvals:read"


def declare_actions() -> None:
    """Register every action of the room."""
    for code, title, roles, scope in (
        (READ, "See proposals", _ALL, _READ),
        (PROPOSE, "Propose what needs a second person", _MAKERS, _WRITE),
        (APPROVE, "Approve or reject a proposal", _CHECKERS, _WRITE),
        (WITHDRAW, "Withdraw one's own proposal", _MAKERS, _WRITE),
        (COMMENT, "Comment on a proposal", _MAKERS, _WRITE),
        (EXPIRE, "End proposals whose time is over", _KEEPERS, _WRITE),
        (DELEGATE, "Let somebody decide in one's stead", _CHECKERS, _WRITE),
        (READ_LIMITS, "See limits", _ALL, _READ),
        (CHANGE_LIMITS, "Change limits", _KEEPERS, _WRITE),
    ):
        declare(Action(code=code, title=title, roles=roles, scope=scope))
