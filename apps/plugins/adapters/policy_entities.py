# SPDX-License-Identifier: Apache-2.0
"""What can be done with plugins; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

PLUGIN = "Plugins::Plugin"
READ = "plugins.plugin.read"
APPROVE = "plugins.plugin.approve"
PUBLISH = "plugins.plugin.publish"


def declare_actions() -> None:
    """Register the actions: plugins are to come, and who may approve one is decided already."""
    declare(
        Action(READ, "Look at plugins that wait for a review", "platform:read", frozenset({PLUGIN})),
        Action(APPROVE, "Approve a plugin", "platform:write", frozenset({PLUGIN})),
        Action(PUBLISH, "Publish an approved plugin", "platform:write", frozenset({PLUGIN})),
    )
