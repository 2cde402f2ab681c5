# SPDX-License-Identifier: Apache-2.0
"""Tell reviewers about a problem with a release; one person does so a few times a day."""

from datetime import timedelta

from apps.plugins.adapters.market_actions import WRITE_REPORT
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.domain.marketplace.publishing_errors import ReportMustBeWellFormed, ReportsMustBeFew
from apps.plugins.domain.shown_text import hidden_character
from apps.plugins.models import ProblemReport
from apps.plugins.selectors.marketplace.catalogue import shown_release
from apps.plugins.selectors.marketplace.documents import REPORT_TYPE, report_digest
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REPORTS_A_DAY_MAX, TEXT_MAX = 5, 2_000


@transactional
def report_problem(
    *, plugin_id: str, version: str, kind: str, text: str, reported_by: Principal
) -> ProblemReport:
    """Store the report and return it.

    Raises: ReleaseMustExist, ReportMustBeWellFormed, ReportsMustBeFew, AccessMustBeGranted.
    """
    release = shown_release(plugin_id=plugin_id, version=version).release
    get(Authorizer).require(
        principal=reported_by,
        action=WRITE_REPORT,
        company_id=None,
        resource=submission_as_resource(release.submission),
    )
    row = ProblemReport(
        id=uuid7(),
        release=release,
        kind=_kind(kind),
        text=_shown(text),
        reported_by=reported_by.urn,
        reported_at=get(Clock).now(),
    )
    _require_few(row)
    row.save(force_insert=True)
    record_verb(
        actor=reported_by,
        verb=WRITE_REPORT,
        object_type=REPORT_TYPE,
        object_id=row.id,
        digest=report_digest(row),
    )
    return row


def _require_few(row: ProblemReport) -> None:
    since = row.reported_at - timedelta(days=1)
    count = ProblemReport.objects.filter(reported_by=row.reported_by, reported_at__gt=since).count()
    if count >= REPORTS_A_DAY_MAX:
        raise ReportsMustBeFew(
            f"Reports: expected at most {REPORTS_A_DAY_MAX} a day by one person, got more. "
            "Write to the publisher's contact, or tomorrow.",
            evidence={"object": "reports", "expected": REPORTS_A_DAY_MAX, "unit": "a day"},
        )


def _kind(kind: str) -> str:
    if kind not in ProblemReport.Kind.values:
        raise _malformed(f"one of {', '.join(ProblemReport.Kind.values)}", ascii(kind)[:40])
    return kind


def _shown(untrusted_text: str) -> str:
    text = untrusted_text.strip().replace("\r\n", "\n")
    if not 1 <= len(text) <= TEXT_MAX:
        raise _malformed(f"1 to {TEXT_MAX} characters", str(len(text)))
    if found := hidden_character(text, may_have_lines=True):
        raise _malformed("text without hidden characters", found)
    return text


def _malformed(expected: str, got: str) -> ReportMustBeWellFormed:
    return ReportMustBeWellFormed(
        f"Report: expected {expected}, got {got}.",
        evidence={"object": "report", "expected": expected, "got": got},
    )
