# SPDX-License-Identifier: Apache-2.0
"""What can be done with the policies themselves and with the log of decisions; who may is in `policies/`."""

from cortex.policy.actions import Action, declare

VERSION = "Cortex::PolicyVersion"

READ_VERSIONS = "policy.version.read"
WRITE_VERSION = "policy.version.write"
APPROVE_VERSION = "policy.version.approve"
ACTIVATE_VERSION = "policy.version.activate"
ROLL_BACK_VERSION = "policy.version.roll_back"
READ_DECISIONS = "policy.decision.read"
READ_PLATFORM_DECISIONS = "policy.platform_decision.read"
FORGET_DECISIONS = "policy.decision.forget"


def declare_actions() -> None:
    """Register the actions."""
    read, write = "platform:read", "platform:write"
    about = frozenset({VERSION})
    declare(
        Action(READ_VERSIONS, "See versions of the policies", read, about),
        Action(WRITE_VERSION, "Write, validate and simulate policies", write, about),
        Action(APPROVE_VERSION, "Approve a version of the policies", write, about),
        Action(ACTIVATE_VERSION, "Put a version of the policies in force", write, about),
        Action(ROLL_BACK_VERSION, "Put an earlier version of the policies in force again", write, about),
        Action(READ_DECISIONS, "See and explain what was decided in a company", "policy:read"),
        Action(READ_PLATFORM_DECISIONS, "See and explain what was decided on the platform", read),
        Action(FORGET_DECISIONS, "Delete decisions whose time is over", write),
    )
