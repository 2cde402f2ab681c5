# SPDX-License-Identifier: Apache-2.0
"""Answer a problem report, once."""

from uuid import UUID

from apps.plugins.adapters.market_actions import CLOSE_REPORT
from apps.plugins.domain.marketplace.publishing_errors import ReportMustExist
from apps.plugins.domain.marketplace.reason import read_reason
from apps.plugins.models import ProblemReport
from apps.plugins.selectors.marketplace.documents import REPORT_TYPE, report_digest
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def close_report(*, report_id: UUID, answer: str, closed_by: Principal) -> ProblemReport:
    """Close the report with an answer that reviewers read, and return it.

    Raises: ReportMustExist for one that is closed, too, ReasonMustBeGiven, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=closed_by, action=CLOSE_REPORT, company_id=None)
    rows = ProblemReport.objects.select_for_update().filter(id=report_id, closed_at__isnull=True)
    row = rows.first()
    if row is None:
        raise ReportMustExist(
            f"Report {report_id}: expected one that is open, got none.", evidence={"object": str(report_id)}
        )
    before = report_digest(row)
    row.answer = read_reason(answer, of="the answer")
    row.closed_by, row.closed_at = closed_by.urn, get(Clock).now()
    row.save(update_fields=["answer", "closed_by", "closed_at"])
    record_verb(
        actor=closed_by,
        verb=CLOSE_REPORT,
        object_type=REPORT_TYPE,
        object_id=row.id,
        digest=report_digest(row),
        before=before,
    )
    return row
