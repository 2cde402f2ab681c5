# SPDX-License-Identifier: Apache-2.0
"""What can be done about people and their memberships."""

from cortex.policy.actions import Action, declare

LACK_FACTOR = "identity.second_factor.lack"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        # No verb: pages ask it to tell who must keep a second factor.
        Action(
            code=LACK_FACTOR,
            title="Work without a second factor",
            scope="identity:read",
        ),
    )
