# SPDX-License-Identifier: Apache-2.0
"""System checks: a route that nobody declared, or an action that does not exist, stops the program."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from cortex.policy.routes import undeclared_routes, unknown_actions


@register(Tags.security)
def every_route_is_declared(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Find routes without a declaration and declarations without an action."""
    undeclared: list[CheckMessage] = [
        Error(
            f"Route {path}: its view declares no access.",
            hint="Use policy_action, signed_in or public of cortex.policy.declarations.",
            id="policy.E001",
        )
        for path in undeclared_routes()
    ]
    unknown = [
        Error(
            f"Route {path}: its action {action} is not declared.",
            hint="Declare it in its context's AppConfig.",
            id="policy.E002",
        )
        for path, action in unknown_actions()
    ]
    return undeclared + unknown
