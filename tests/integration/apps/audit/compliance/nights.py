# SPDX-License-Identifier: Apache-2.0
"""What nights leave behind: that rules were applied and checked, and that leaves were compared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.audit.domain.verb_kinds import CREATES, verbs_of_state
from apps.audit.models import (
    AuditReconciliation,
    GovernanceCheck,
    LogComparison,
    PlatformComparison,
    RetentionNight,
)
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.logged_objects import LoggedObject, all_logged_objects
from cortex.ports.registry import get
from cortex.tenancy.scope import scope
from tests.factories.people import CONSOLE

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


def log_what_is_there(on: "Stage") -> None:
    """Leave the leaves that verbs would have left of the rows that the stage writes past them."""
    for company_id in (None, on.company.id):
        with scope([on.company.id]):
            for kind in all_logged_objects(of_platform=company_id is None):
                rows = kind.rows.after(company_id=company_id, after=None, limit=1_000)
                _append(company_id, kind.object_type, rows)


@transactional
def _append(company_id: UUID | None, object_type: str, rows: Sequence[LoggedObject]) -> None:
    records = [
        AuditRecord(
            verb=min(CREATES & verbs_of_state(object_type)),
            object_type=object_type,
            object_id=row.object_id,
            digest=row.digest,
            is_new=True,
        )
        for row in rows
    ]
    get(AuditLog).append(company_id=company_id, actor=CONSOLE, records=records)


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
