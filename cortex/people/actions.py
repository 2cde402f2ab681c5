# SPDX-License-Identifier: Apache-2.0
"""What can be done about people and their memberships."""

from cortex.identity.membership_changes import GRANT, READ_MEMBERS, REVOKE
from cortex.policy.actions import Action, declare

LACK_FACTOR = "identity.second_factor.lack"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        # No verb: pages ask it to tell who must keep a second factor.
        Action(code=LACK_FACTOR, title="Work without a second factor", scope="identity:read"),
        Action(code=READ_MEMBERS, title="See who belongs to the company", scope="identity:read"),
        Action(code=GRANT, title="Invite people and change roles", scope="identity:write"),
        Action(code=REVOKE, title="End a membership", scope="identity:write"),
    )
