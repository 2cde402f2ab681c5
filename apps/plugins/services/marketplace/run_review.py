# SPDX-License-Identifier: Apache-2.0
"""Do the automated checks: claim the run, check, keep what was found. A second delivery finds it claimed.

No transaction is open while sources are built, so that nobody waits for the submission meanwhile.
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F, Q

from apps.plugins.domain.marketplace.checks import NAMES, Checked
from apps.plugins.domain.marketplace.publishing_errors import ReviewLost
from apps.plugins.models import ReviewRun, Submission, SubmissionFile
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.submissions import file_of, found_submission, last_released
from apps.plugins.services.marketplace.change_state import change_state
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CHECKED = "plugins.submission.check"
CHECKER = Principal.service("marketplace")
State = ReviewRun.State
_log = structlog.get_logger(__name__)


def run_review(*, run_id: UUID) -> None:
    """Run the checks if nobody else does; whatever happens is written to the run's row."""
    run = _claimed(run_id, uuid7())
    if run is None:
        return
    try:
        _work(run)
    except ReviewLost:
        _log.info("review_lost", run_id=str(run.id))
    except CortexError as error:
        _end(run, {"code": error.code, "detail": error.message})
    except Exception as error:  # noqa: BLE001 - whatever ends the work must be told in the row
        _log.exception("review_failed_unexpectedly", run_id=str(run.id), exc_info=error)
        detail = (
            f"Something went wrong on our side; a reviewer can have it checked again. The run is {run.id}."
        )
        _end(run, {"code": "cortex.unexpected", "detail": detail})


def _work(run: ReviewRun) -> None:
    # What builds plugins is no part of a web process, which knows this task by name.
    from apps.plugins.services.marketplace.automated_checks import check_submission  # noqa: PLC0415

    row = run.submission
    archive = file_of(submission=row, kind=SubmissionFile.Kind.SOURCES)
    if archive is None:
        raise ReviewLost(str(run.id))
    checked = check_submission(
        archive=archive,
        before=last_released(plugin_id=row.plugin_id),
        progress=lambda done, message: _report(run, done, message),
    )
    _keep(run, checked)


@transactional
def _keep(run: ReviewRun, checked: Checked) -> None:
    """Keep what was found and move the submission on, both or neither; a lost run keeps nothing."""
    found = [each.as_json() for each in checked.results]
    _change(run, state=State.SUCCEEDED, done=len(found), checks=found, message="", **_over())
    row = found_submission(submission_id=run.submission_id, for_update=True)
    if checked.bundle is not None:
        SubmissionFile.objects.create(
            id=uuid7(),
            submission=row,
            kind=SubmissionFile.Kind.BUILT,
            digest=hashlib.sha256(checked.bundle).hexdigest(),
            content=checked.bundle,
        )
    ends = Submission.State.FAILED if checked.has_failed else Submission.State.REVIEWABLE
    _move(row, ends)


@transactional
def _end(run: ReviewRun, error: dict[str, Any]) -> None:
    """End a run that found nothing; the submission waits for a reviewer, who has it checked again."""
    _change(run, state=State.FAILED, error=error, message="", **_over())
    _move(found_submission(submission_id=run.submission_id, for_update=True), Submission.State.FAILED)


def _move(row: Submission, ends: str) -> None:
    before = submission_digest(row)
    change_state(row, begins=(Submission.State.CHECKING,), ends=ends)
    record_verb(
        actor=CHECKER,
        verb=CHECKED,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )


@transactional
def _claimed(run_id: UUID, claim: UUID) -> ReviewRun | None:
    """Take the run for this worker unless it is finished, or another worker's lease still runs."""
    now = get(Clock).now()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now)
    taken = ReviewRun.objects.filter(free, id=run_id).update(
        state=State.RUNNING, claim=claim, lease_until=now + _lease(), attempts=F("attempts") + 1
    )
    return ReviewRun.objects.select_related("submission").get(id=run_id) if taken else None


@transactional
def _report(run: ReviewRun, done: int, message: str) -> None:
    """Tell watchers how far it is and renew the lease; raises ReviewLost."""
    _change(run, done=done, total=len(NAMES), message=message, lease_until=get(Clock).now() + _lease())


def _change(run: ReviewRun, **fields: Any) -> None:
    mine = ReviewRun.objects.filter(id=run.id, claim=run.claim, state=State.RUNNING)
    if not mine.update(**fields):
        raise ReviewLost(str(run.id))


def _over() -> dict[str, Any]:
    return {"finished_at": get(Clock).now(), "lease_until": None}


def _lease() -> timedelta:
    # Building tells nothing for up to five minutes, and compiling for three.
    return timedelta(seconds=max(settings.JOB_LEASE_SECONDS, 600))
