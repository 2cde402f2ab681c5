# SPDX-License-Identifier: Apache-2.0
"""System check and boot: an event that breaks its promise stops the program before it is published."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from cortex.boot.lifecycle import SERVING, hook
from cortex.schemas.event_registration import require_kept_promises
from cortex.schemas.event_schemas import event_classes, problems_of


@register("schemas")
def every_event_keeps_its_schema(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Find events whose class and committed schemas disagree."""
    problems = [problem for event_class in event_classes() for problem in problems_of(event_class)]
    return [Error(problem, id="schemas.E001") for problem in problems]


@hook("on_boot", name="schemas.events", processes=SERVING, timeout_seconds=30)
def refuse_broken_promises() -> None:
    """Stop a process that would publish something else than was promised; raises EventMustKeepItsSchema."""
    require_kept_promises(event_classes())
