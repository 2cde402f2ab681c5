# SPDX-License-Identifier: Apache-2.0
"""What can be done with calls of plugins; who may is said in `policies/calls.cedar`."""

from cortex.policy.actions import Action, declare

READ_CALLS = "plugins.call.read"
FORGET_CALLS = "plugins.call.forget"
CALL_ENDPOINT = "plugins.endpoint.call"


def declare_actions_of_calls() -> None:
    """Register the actions: an endpoint may change what its plugin was granted to change."""
    declare(
        Action(READ_CALLS, "See the calls of plugins, their logs and their cost", "plugins:read"),
        Action(CALL_ENDPOINT, "Call an endpoint of a plugin", "plugins:write"),
        Action(FORGET_CALLS, "Forget calls of plugins whose time is over", "platform:write"),
    )
