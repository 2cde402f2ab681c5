# SPDX-License-Identifier: Apache-2.0
"""What stands above the start, told in the boot report: who answers for each port, and what can be done."""

from cortex.boot.report import report_section
from cortex.events.subscribers import all_subscribers
from cortex.jobs.kinds import all_kinds
from cortex.policy.actions import declared_actions
from cortex.ports.registry import registrations


@report_section("ports")
def ports() -> dict[str, str]:
    """Name the adapter of each port."""
    return {
        each.port.__name__: each.name for each in sorted(registrations(), key=lambda each: each.port.__name__)
    }


@report_section("subscribers")
def subscribers() -> dict[str, str]:
    """Name the events that each subscriber wants."""
    return {each.name: " ".join(sorted(each.event_types)) for each in all_subscribers()}


@report_section("job_kinds")
def job_kinds() -> dict[str, str]:
    """Name the queue of each kind of job."""
    return {each.name: each.queue for each in all_kinds()}


@report_section("actions")
def actions() -> dict[str, str]:
    """Name the scope that a token needs for each action."""
    return {each.code: each.scope for each in declared_actions()}
