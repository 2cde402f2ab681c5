# SPDX-License-Identifier: Apache-2.0
"""What can be done with proposals, delegations and limits; who may is said in `policies/`."""

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
PROPOSAL = "Cortex::Proposal"
_WRITE, _READ = "approvals:write", "approvals:read"


def declare_actions() -> None:
    """Register every action of the room."""
    for code, title, scope in (
        (READ, "See proposals", _READ),
        (PROPOSE, "Propose what needs a second person", _WRITE),
        (APPROVE, "Approve or reject a proposal", _WRITE),
        (WITHDRAW, "Withdraw one's own proposal", _WRITE),
        (COMMENT, "Comment on a proposal", _WRITE),
        (EXPIRE, "End proposals whose time is over", _WRITE),
        (DELEGATE, "Let somebody decide in one's stead", _WRITE),
        (READ_LIMITS, "See limits", _READ),
        (CHANGE_LIMITS, "Change limits", _WRITE),
    ):
        about = frozenset({PROPOSAL}) if code.startswith("approvals.proposal.") else frozenset[str]()
        declare(Action(code=code, title=title, scope=scope, resources=about))
