# SPDX-License-Identifier: Apache-2.0
"""What can be done with calls of plugins; who may is said in `policies/calls.cedar`."""

from apps.plugins.published import FORGET_CALLS
from cortex.policy.actions import Action, declare

READ_CALLS = "plugins.call.read"
CALL_ENDPOINT = "plugins.endpoint.call"
READ_ENDPOINT = "plugins.endpoint.read"


def declare_actions_of_calls() -> None:
    """Register the actions: an endpoint may change what its plugin was granted to change."""
    declare(
        Action(READ_CALLS, "See the calls of plugins, their logs and their cost", "plugins:read"),
        Action(READ_ENDPOINT, "Ask an endpoint of a plugin that changes nothing", "plugins:read"),
        Action(CALL_ENDPOINT, "Call an endpoint of a plugin", "plugins:write"),
        Action(FORGET_CALLS, "Forget calls of plugins whose time is over", "platform:write"),
    )
