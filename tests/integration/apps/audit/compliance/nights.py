# SPDX-License-Identifier: Apache-2.0
"""What nights leave behind: that rules were applied and checked, and that leaves were compared."""

from typing import TYPE_CHECKING, Any

from apps.audit.models import (
    AuditReconciliation,
    GovernanceCheck,
    LogComparison,
    PlatformComparison,
    RetentionNight,
)
from cortex.ids import uuid7

if TYPE_CHECKING:
    from tests.integration.apps.audit.compliance.broken import Stage


def night(on: "Stage", **given: Any) -> RetentionNight:
    of_companies = ("version_number", "company_count", "refused_count", "failed_count")
    numbers = dict.fromkeys((*of_companies, "done_count", "held_count", "left_count"), 0)
    return RetentionNight(**{"id": uuid7(), "ran_at": on.now, "counts": {}, **numbers, **given})


def checked(on: "Stage", **given: Any) -> GovernanceCheck:
    counts = dict.fromkeys(("version_number", "problem_count", "clear_count"), 0)
    empty: dict[str, Any] = {"problems": [], "clear_counts": {}}
    return GovernanceCheck(**{"id": uuid7(), "checked_at": on.now, **counts, **empty, **given})


def compared(on: "Stage", **given: Any) -> LogComparison:
    told = {"id": uuid7(), "started_at": on.ago(days=90), "finished_at": on.now, "tree_size": 1}
    return LogComparison(**{**told, "difference_count": 0, "differences": [], **given})


def platform_compared(on: "Stage", **given: Any) -> PlatformComparison:
    counts = dict.fromkeys(("object_count", "earlier_count", "difference_count"), 0)
    told = {"id": uuid7(), "started_at": on.ago(days=90), "finished_at": on.now, "differences": []}
    return PlatformComparison(**{**told, **counts, **given})


def unlike_the_log(on: "Stage") -> AuditReconciliation:
    return AuditReconciliation(
        id=uuid7(),
        company=on.company,
        started_at=on.now,
        finished_at=on.now,
        document_count=1,
        difference_count=1,
        differences=[{}],
    )
