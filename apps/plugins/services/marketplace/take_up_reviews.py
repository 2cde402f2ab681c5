# SPDX-License-Identifier: Apache-2.0
"""Checks whose worker died, or whose message was lost, are sent again; hopeless ones end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from apps.plugins.models import ReviewRun, Submission
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.submissions import found_submission
from apps.plugins.services.marketplace.begin_review import send
from apps.plugins.services.marketplace.change_state import change_state
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.run_review import CHECKED, CHECKER
from cortex.database.transactions import transactional

ATTEMPTS_MAX = 3
UNSENT_AFTER = timedelta(minutes=1)
State = ReviewRun.State


def take_up_reviews(*, at: datetime) -> int:
    """Send each abandoned run again, end those that ended their workers; return how many were sent."""
    _end_hopeless(at)
    abandoned = _abandoned(at)
    for run_id in abandoned:
        send(run_id=run_id)
    return len(abandoned)


@transactional
def _abandoned(at: datetime) -> list[UUID]:
    due = Q(state=State.RUNNING, lease_until__lt=at) | Q(state=State.QUEUED)
    rows = ReviewRun.objects.filter(due, sent_at__lt=at - UNSENT_AFTER).order_by("id")
    found = list(rows.values_list("id", flat=True)[:100])
    ReviewRun.objects.filter(id__in=found).update(sent_at=at)
    return found


@transactional
def _end_hopeless(at: datetime) -> None:
    hopeless = ReviewRun.objects.filter(state=State.RUNNING, lease_until__lt=at, attempts__gte=ATTEMPTS_MAX)
    for run in hopeless.order_by("id")[:100]:
        error = {
            "code": "plugins.review_must_not_fail_again",
            "detail": f"The worker ended {ATTEMPTS_MAX} times without an answer. Look at the workers' log.",
        }
        ended = hopeless.filter(id=run.id).update(
            state=State.FAILED, error=error, finished_at=at, lease_until=None
        )
        if ended:
            _fail(found_submission(submission_id=run.submission_id, for_update=True))


def _fail(row: Submission) -> None:
    before = submission_digest(row)
    change_state(row, begins=(Submission.State.CHECKING,), ends=Submission.State.FAILED)
    record_verb(
        actor=CHECKER,
        verb=CHECKED,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )
