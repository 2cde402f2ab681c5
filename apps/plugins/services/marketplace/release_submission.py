# SPDX-License-Identifier: Apache-2.0
"""A second person lets a version out; the repository takes it up when this is committed.

The signing service signs for reviewers only what it finds committed: whoever asks it cannot say who agreed.
"""

from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.plugins.adapters.market_actions import PUBLISH
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.publishing_errors import (
    AnotherPersonMustDecide,
    SubmissionMustBeNew,
    SubmissionMustComeSoFar,
)
from apps.plugins.models import Release, Submission, SubmissionFile
from apps.plugins.selectors.marketplace.documents import (
    RELEASE_TYPE,
    SUBMISSION_TYPE,
    release_digest,
    submission_digest,
)
from apps.plugins.selectors.marketplace.publishers import keys_that_count
from apps.plugins.selectors.marketplace.submissions import file_of, found_submission, greatest_released
from apps.plugins.services.marketplace.change_state import change_state, require_so_far
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

TASK, QUEUE = "apps.plugins.publish_releases", "plugins"
RELEASED = "plugins.submission.release"
State = Submission.State
_log = structlog.get_logger(__name__)


@transactional
def release_submission(*, submission_id: UUID, released_by: Principal) -> Release:
    """Release the signed bundle and return the release.

    Raises: SubmissionMustExist, AnotherPersonMustDecide, SubmissionMustComeSoFar, SubmissionMustBeNew where a
    greater version came out meanwhile, BundleMustBeAttested where the key was revoked, AccessMustBeGranted.
    """
    row = found_submission(submission_id=submission_id, for_update=True)
    get(Authorizer).require(
        principal=released_by, action=PUBLISH, company_id=None, resource=submission_as_resource(row)
    )
    _require_third_person(row, released_by)
    require_so_far(row, begins=(State.CONFIRMED,))
    manifest = _verified(row)
    release = Release(
        id=uuid7(),
        submission=row,
        plugin_id=row.plugin_id,
        version=row.version,
        name=manifest.name,
        description=manifest.description,
        channel=row.channel,
        company_code=row.company_code,
        bundle_digest=row.bundle_digest,
        released_by=released_by.urn,
        released_at=get(Clock).now(),
    )
    before = submission_digest(row)
    change_state(row, begins=(State.CONFIRMED,), ends=State.RELEASED)
    release.save(force_insert=True)
    _record(row, release, before, released_by)
    transaction.on_commit(send)
    return release


def send() -> None:
    """Let a worker bring the repository up to date; the schedule does the same each minute."""
    try:
        current_app.send_task(TASK, queue=QUEUE, ignore_result=True)
    except OperationalError as error:
        _log.warning("releases_not_sent", exc_info=error)


def _record(row: Submission, release: Release, before: str, released_by: Principal) -> None:
    record_verb(
        actor=released_by,
        verb=PUBLISH,
        object_type=RELEASE_TYPE,
        object_id=release.id,
        digest=release_digest(release),
    )
    record_verb(
        actor=released_by,
        verb=RELEASED,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )


def _require_third_person(row: Submission, released_by: Principal) -> None:
    """Refuse programs, and whoever sent it in or approved it; policies that say so can be replaced."""
    earlier = {person_behind(row.submitted_by), person_behind(row.approved_by or "")}
    if released_by.kind != "user" or person_behind(released_by.urn) in earlier:
        raise AnotherPersonMustDecide(
            f"Submission {row}: expected a person who neither sent it in nor approved it, got "
            f"{released_by.urn}. Ask a colleague.",
            evidence={"object": str(row.id), "expected": "a third person", "got": released_by.urn},
        )


def _verified(row: Submission) -> Manifest:
    """Return the manifest of the bundle that the publisher signed, with keys that count today."""
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.keys import key_of_hex  # noqa: PLC0415
    from apps.plugins.adapters.signing.signed_bundle import verify_bundle  # noqa: PLC0415

    bundle = file_of(submission=row, kind=SubmissionFile.Kind.SIGNED)
    if bundle is None:
        raise SubmissionMustComeSoFar(
            f"Submission {row}: expected a signed bundle, got none.", evidence={"object": str(row.id)}
        )
    keys = [key_of_hex(each.public_key) for each in keys_that_count(publisher_id=row.publisher_id)]
    manifest = verify_bundle(untrusted_bundle=bundle, keys=keys, threshold=1).manifest
    newest = greatest_released(plugin_id=row.plugin_id)
    if newest is not None and manifest.version <= newest:
        raise SubmissionMustBeNew(
            f"Submission {row}: expected a version after {newest}, which came out meanwhile.",
            evidence={"object": str(row.id), "expected": f"after {newest}", "got": row.version},
        )
    return manifest
