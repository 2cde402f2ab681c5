# SPDX-License-Identifier: Apache-2.0
"""Ask for the automated checks of a submission; a worker does them, nobody waits in a request."""

from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.plugins.adapters.market_actions import APPROVE
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.models import ReviewRun, Submission
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.submissions import found_submission
from apps.plugins.services.marketplace.change_state import change_state
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

TASK, QUEUE = "apps.plugins.review", "plugins"
RECHECK = "plugins.submission.check_again"
State = Submission.State
_log = structlog.get_logger(__name__)


@transactional
def check_again(*, submission_id: UUID, asked_by: Principal) -> Submission:
    """Queue the checks once more, as after the builder was away; what was built before is replaced.

    Raises: SubmissionMustExist, SubmissionMustComeSoFar, AccessMustBeGranted.
    """
    row = found_submission(submission_id=submission_id, for_update=True)
    get(Authorizer).require(
        principal=asked_by, action=APPROVE, company_id=None, resource=submission_as_resource(row)
    )
    before = submission_digest(row)
    change_state(row, begins=(State.FAILED, State.REVIEWABLE), ends=State.CHECKING)
    record_verb(
        actor=asked_by,
        verb=RECHECK,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )
    queue_review(row, asked_by=asked_by)
    return row


def queue_review(submission: Submission, *, asked_by: Principal) -> ReviewRun:
    """Store the run in the open transaction, and send it at commit."""
    now = get(Clock).now()
    run = ReviewRun.objects.create(
        id=uuid7(), submission=submission, asked_by=asked_by.urn, asked_at=now, sent_at=now
    )
    transaction.on_commit(lambda: send(run_id=run.id))
    return run


def send(*, run_id: UUID) -> None:
    """Put the row's address into the queue; a broker that is down loses nothing, the schedule sends again."""
    try:
        current_app.send_task(TASK, args=[str(run_id)], queue=QUEUE, ignore_result=True)
    except OperationalError as error:
        _log.warning("review_not_sent", run_id=str(run_id), exc_info=error)
