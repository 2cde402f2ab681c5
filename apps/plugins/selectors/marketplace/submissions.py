# SPDX-License-Identifier: Apache-2.0
"""Look at submissions: one's own, or as a reviewer."""

from dataclasses import dataclass
from uuid import UUID

from semver import Version

from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.publishing_errors import (
    SubmissionMustComeSoFar,
    SubmissionMustExist,
)
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Release, ReviewRun, Submission, SubmissionFile
from apps.plugins.selectors.marketplace.catalogue import release_must_exist
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

SHOWN_MAX = 200
# What has not ended: of these one publisher has few.
OPEN = ("checking", "reviewable", "approved", "confirmed")
# What was built is handed out, and signed, once a reviewer approved it.
SIGNED_FROM = ("approved", "confirmed", "released")


@dataclass(frozen=True, slots=True)
class ReviewedSubmission:
    """A submission with its newest run of checks, and what was decided about it, newest first."""

    submission: Submission
    run: ReviewRun | None
    decisions: list[object]


@transactional
def submissions_of(*, owner: Principal) -> list[Submission]:
    """Return what a person's publishers sent in, newest first."""
    if owner.user_id is None:
        return []
    rows = Submission.objects.filter(publisher__owner_user_id=owner.user_id).select_related("publisher")
    return list(rows.order_by("-id")[:SHOWN_MAX])


@transactional
def found_submission(*, submission_id: UUID, for_update: bool = False) -> Submission:
    """Return a submission, locked if asked; raises SubmissionMustExist."""
    rows = Submission.objects.select_for_update(of=("self",)) if for_update else Submission.objects.all()
    found = rows.select_related("publisher").filter(id=submission_id).first()
    if found is None:
        raise submission_must_exist(submission_id)
    return found


@transactional
def own_submission(*, submission_id: UUID, owner: Principal, for_update: bool = False) -> Submission:
    """Return a submission of this person's publisher; raises SubmissionMustExist also for another's."""
    found = found_submission(submission_id=submission_id, for_update=for_update)
    if owner.user_id is None or found.publisher.owner_user_id != owner.user_id:
        raise submission_must_exist(submission_id)
    return found


@transactional
def reviewed(*, submission: Submission) -> ReviewedSubmission:
    """Return what is known of a submission, for whoever may see it."""
    run = ReviewRun.objects.filter(submission=submission).order_by("-id").first()
    return ReviewedSubmission(submission, run, list(submission.decisions.order_by("-id")[:SHOWN_MAX]))


@transactional
def file_of(*, submission: Submission, kind: str) -> bytes | None:
    """Return the newest bytes of a kind, or None."""
    found = SubmissionFile.objects.filter(submission=submission, kind=kind).order_by("-id").first()
    return None if found is None else bytes(found.content)


@transactional
def built_bundle(*, submission: Submission) -> bytes:
    """Return the approved bundle without signatures; raises SubmissionMustComeSoFar."""
    found = file_of(submission=submission, kind=SubmissionFile.Kind.BUILT)
    if found is None or submission.state not in SIGNED_FROM:
        raise SubmissionMustComeSoFar(
            f"Submission {submission}: expected one that was approved, got one that is {submission.state}.",
            evidence={"object": str(submission.id), "expected": "approved", "got": submission.state},
        )
    return found


@transactional
def own_release(*, plugin_id: str, version: str, owner: Principal) -> Release:
    """Return a release of this person's publisher; raises ReleaseMustExist also for another's."""
    rows = Release.objects.filter(plugin_id=plugin_id, version=version)
    found = rows.filter(submission__publisher__owner_user_id=owner.user_id).first() if owner.user_id else None
    if found is None:
        raise release_must_exist(plugin_id=plugin_id, version=version)
    return found


@transactional
def last_released(*, plugin_id: str) -> Manifest | None:
    """Return the manifest of the greatest version that was ever released, whatever became of it."""
    rows = Release.objects.filter(plugin_id=plugin_id).select_related("submission")
    manifests = [read_manifest(each.submission.manifest_text.encode()) for each in rows]
    return max(manifests, key=lambda each: each.version, default=None)


@transactional
def greatest_released(*, plugin_id: str) -> Version | None:
    """Return the greatest version that was ever released."""
    found = last_released(plugin_id=plugin_id)
    return None if found is None else found.version


def submission_must_exist(submission_id: UUID) -> SubmissionMustExist:
    """Return the error that says so, the same for another's submission and for none."""
    return SubmissionMustExist(
        f"Submission {submission_id}: expected one that you can see, got none.",
        evidence={"object": "submission", "got": str(submission_id)},
    )
