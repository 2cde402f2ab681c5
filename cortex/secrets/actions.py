# SPDX-License-Identifier: Apache-2.0
"""What can be done with what was seen of keys. Keys belong to the installation, so it is the platform's."""

from cortex.policy.actions import Action, declare

READ_SEEN = "secrets.key.read"


def declare_actions() -> None:
    """Register the action."""
    declare(
        Action(
            code=READ_SEEN, title="See which versions of keys there are and were used", scope="platform:read"
        )
    )
