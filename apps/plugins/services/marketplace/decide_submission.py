# SPDX-License-Identifier: Apache-2.0
"""A reviewer approves or rejects a submission: with a checklist, or with a reason."""

from collections.abc import Mapping
from uuid import UUID

from apps.plugins.adapters.market_actions import APPROVE
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.domain.marketplace.checklist import Point, require_complete
from apps.plugins.domain.marketplace.checks import Outcome
from apps.plugins.domain.marketplace.publishing_errors import AnotherPersonMustDecide, SubmissionMustComeSoFar
from apps.plugins.domain.marketplace.reason import read_reason
from apps.plugins.models import ReviewDecision, ReviewRun, Submission
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.submissions import found_submission
from apps.plugins.services.marketplace.change_state import change_state
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

REJECT = "plugins.submission.reject"
State = Submission.State


@transactional
def approve_submission(
    *, submission_id: UUID, checklist: Mapping[str, Point], note: str = "", approved_by: Principal
) -> Submission:
    """Approve what was built, with each point of the checklist ticked or reasoned; return the submission.

    Raises: SubmissionMustExist, AnotherPersonMustDecide, SubmissionMustComeSoFar, ChecklistMustBeComplete,
    ReasonMustBeGiven, AccessMustBeGranted.
    """
    row = _required(submission_id, approved_by)
    points = require_complete(checklist)
    _require_built(row)
    before = submission_digest(row)
    change_state(
        row,
        begins=(State.REVIEWABLE,),
        ends=State.APPROVED,
        approved_by=approved_by.urn,
        approved_at=get(Clock).now(),
    )
    _decided(row, approved_by, points, read_reason(note, of="the approval") if note.strip() else "")
    record_verb(
        actor=approved_by,
        verb=APPROVE,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )
    return row


@transactional
def reject_submission(*, submission_id: UUID, reason: str, rejected_by: Principal) -> Submission:
    """Reject a submission for good, with a reason that its publisher reads; return it.

    Raises: SubmissionMustExist, AnotherPersonMustDecide, SubmissionMustComeSoFar, ReasonMustBeGiven,
    AccessMustBeGranted.
    """
    row = _required(submission_id, rejected_by)
    told, before = read_reason(reason, of="the rejection"), submission_digest(row)
    change_state(
        row,
        begins=(State.FAILED, State.REVIEWABLE, State.APPROVED, State.CONFIRMED),
        ends=State.REJECTED,
        approved_by=None,
        approved_at=None,
        confirmed_by=None,
        confirmed_at=None,
        bundle_digest="",
    )
    _decided(row, rejected_by, None, told)
    record_verb(
        actor=rejected_by,
        verb=REJECT,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )
    return row


def _required(submission_id: UUID, reviewer: Principal) -> Submission:
    row = found_submission(submission_id=submission_id, for_update=True)
    get(Authorizer).require(
        principal=reviewer, action=APPROVE, company_id=None, resource=submission_as_resource(row)
    )
    # The policies say so, too; a text of policies can be replaced, and this not.
    if reviewer.kind != "user" or person_behind(row.submitted_by) == person_behind(reviewer.urn):
        raise AnotherPersonMustDecide(
            f"Submission {row}: expected a person who did not send it in, got {reviewer.urn}.",
            evidence={"object": str(row.id), "expected": "another person", "got": reviewer.urn},
        )
    return row


def _require_built(row: Submission) -> None:
    """Refuse what the newest run did not build: there would be nothing to sign."""
    run = ReviewRun.objects.filter(submission=row).order_by("-id").first()
    outcomes = {each["name"]: each["outcome"] for each in (run.checks if run else [])}
    if outcomes.get("build") != Outcome.PASSED or Outcome.FAILED in outcomes.values():
        raise SubmissionMustComeSoFar(
            f"Submission {row}: expected one that was built, and that failed no check, got another. Have it "
            "checked again.",
            evidence={"object": str(row.id), "expected": "built", "got": outcomes, "remedy": "check again"},
        )


def _decided(row: Submission, by: Principal, points: object | None, reason: str) -> None:
    ReviewDecision.objects.create(
        id=uuid7(),
        submission=row,
        is_approved=points is not None,
        checklist=points or {},
        reason=reason,
        decided_by=by.urn,
        decided_at=get(Clock).now(),
    )
