# SPDX-License-Identifier: Apache-2.0
"""Rules of governance: applied each night, and held against the program."""

from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from apps.audit.models import GovernanceCheck, RetentionNight


@probe(
    "retention.applied",
    title="What is due was deleted last night, everywhere",
    remedy="Look whether the schedule runs apps.audit.apply_retention, and at retention_failed in the log.",
    hours=48,
)
def retention_applied(asked: Asked) -> Finding:
    """Look at the last night: whether it was lately, failed somewhere, or left anything."""
    last = RetentionNight.objects.order_by("-id").first()
    if last is None:
        return unknown("No night was ever recorded: nobody can say that anything is deleted.")
    age = int((asked.now - last.ran_at).total_seconds())
    is_late = age > asked["hours"] * 3600
    well = not is_late and not last.failed_count and not last.left_count
    return judged(
        well,
        well="The last night was whole.",
        ill=f"{age} s ago a night failed in {last.failed_count} places and left {last.left_count} rows.",
        age_seconds=age,
        companies=last.company_count,
        refused=last.refused_count,
        failed=last.failed_count,
        done=last.done_count,
        held=last.held_count,
        left=last.left_count,
    )


@probe(
    "governance.checked",
    title="The rules of governance fit the program, and no sealed field lies in the clear",
    remedy="Run `cortex governance check`; docs/privacy.md says what to do about what it tells.",
    hours=48,
)
def governance_checked(asked: Asked) -> Finding:
    """Look at the last check: whether it was lately, and what it found."""
    last = GovernanceCheck.objects.order_by("-id").first()
    if last is None:
        return unknown("The rules were never checked.")
    age = int((asked.now - last.checked_at).total_seconds())
    is_late = age > asked["hours"] * 3600
    return judged(
        not is_late and not last.problem_count and not last.clear_count,
        well="The rules fit, and nothing lies in the clear.",
        ill=f"Checked {age} s ago: {last.problem_count} problems, {last.clear_count} rows in the clear.",
        age_seconds=age,
        rules=last.version_number,
        problems=last.problem_count,
        clear=last.clear_count,
    )
