# SPDX-License-Identifier: Apache-2.0
"""System checks: a route that nobody declared, or an action that does not exist, stops the program.

An action that the version in force leaves out is told.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from cortex.policy.active import active_engine
from cortex.policy.left_out import REMEDY, actions_left_out
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


@register(Tags.database)
def no_action_is_left_out(
    app_configs: Any, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Find actions of this release that the version in force, which people wrote, does not name.

    Django runs it where databases are asked for: by `migrate`, and by `check --database default`.
    """
    if not databases:
        return []
    try:
        engine = active_engine()
    except DatabaseError:
        # The first `migrate` finds no tables, and no version of anybody's.
        return []
    left_out = actions_left_out(engine)
    if not left_out:
        return []
    told = f"Version {engine.version} of the policies does not name {len(left_out)} of this release's actions"
    return [
        Warning(f"{told}, so that nobody may do them: {', '.join(left_out)}.", hint=REMEDY, id="policy.W001")
    ]
