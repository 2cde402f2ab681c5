# SPDX-License-Identifier: Apache-2.0
"""What pages of the administration show that belongs to no other room; who may is said in `policies/`."""

from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.policy.actions import Action, declare

READ_RIGHTS = "backoffice.rights.read"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ_RIGHTS, title="See who can do what", scope="backoffice:read"),
        Action(LOOK_AT_PLATFORM, "See the rows of every company in the administration", "platform:read"),
    )
