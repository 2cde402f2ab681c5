# SPDX-License-Identifier: Apache-2.0
"""What can be done with proposals, delegations and limits; who may is said in `policies/`."""

from uuid import UUID

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
# The platform's own proposals, such as versions of the policies: the same verbs under scopes of the platform.
_ON_THE_PLATFORM = {
    code: code.replace("approvals.proposal.", "approvals.platform_proposal.")
    for code in (READ, PROPOSE, APPROVE, WITHDRAW, COMMENT, EXPIRE)
}
PLATFORM_EXPIRE = _ON_THE_PLATFORM[EXPIRE]
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
        is_proposed = code == CHANGE_LIMITS
        declare(
            Action(
                code=code,
                title=title,
                scope=scope,
                resources=about,
                is_proposed=is_proposed,
                is_open_to_plugins=code == PROPOSE,
            )
        )
        if code in _ON_THE_PLATFORM:
            where = scope.replace("approvals:", "platform:")
            declare(Action(_ON_THE_PLATFORM[code], f"{title} of the platform", where, about))


def here(action: str, *, company_id: UUID | None) -> str:
    """Return the action as it is asked for in this company or, without one, on the platform."""
    return action if company_id is not None else _ON_THE_PLATFORM[action]
