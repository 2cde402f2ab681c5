# SPDX-License-Identifier: Apache-2.0
"""The publisher signs what was built of their sources: nothing is released that they have not seen."""

import hashlib
from uuid import UUID

from apps.plugins.adapters.market_actions import KEEP_PUBLISHER
from apps.plugins.adapters.marketplace_objects import publisher_as_resource
from apps.plugins.domain.marketplace.publishing_errors import SubmissionMustComeSoFar
from apps.plugins.models import Submission, SubmissionFile
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.publishers import keys_that_count
from apps.plugins.selectors.marketplace.submissions import file_of, own_submission
from apps.plugins.services.marketplace.change_state import change_state, require_so_far
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CONFIRM = "plugins.submission.confirm"
State = Submission.State


@transactional
def confirm_submission(*, submission_id: UUID, attestation: str, confirmed_by: Principal) -> Submission:
    """Put the publisher's signature on the built bundle; `attestation` is its signed envelope.

    Raises: SubmissionMustExist, SubmissionMustComeSoFar, BundleMustBeAttested where no key that counts signed
    these very members, or another signature stands beside, AccessMustBeGranted.
    """
    row = own_submission(submission_id=submission_id, owner=confirmed_by, for_update=True)
    get(Authorizer).require(
        principal=confirmed_by,
        action=KEEP_PUBLISHER,
        company_id=None,
        resource=publisher_as_resource(row.publisher),
    )
    require_so_far(row, begins=(State.APPROVED,))
    bundle = _signed(row, attestation)
    digest, before = hashlib.sha256(bundle).hexdigest(), submission_digest(row)
    SubmissionFile.objects.create(
        id=uuid7(), submission=row, kind=SubmissionFile.Kind.SIGNED, digest=digest, content=bundle
    )
    change_state(
        row,
        begins=(State.APPROVED,),
        ends=State.CONFIRMED,
        confirmed_by=confirmed_by.urn,
        confirmed_at=get(Clock).now(),
        bundle_digest=digest,
    )
    record_verb(
        actor=confirmed_by,
        verb=CONFIRM,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
        before=before,
    )
    return row


def _signed(row: Submission, untrusted_attestation: str) -> bytes:
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.keys import key_of_hex  # noqa: PLC0415
    from apps.plugins.adapters.signing.signed_bundle import verify_bundle, with_attestation  # noqa: PLC0415

    bundle = with_attestation(bundle=_built(row), untrusted_attestation=untrusted_attestation.encode())
    keys = [key_of_hex(each.public_key) for each in keys_that_count(publisher_id=row.publisher_id)]
    verify_bundle(untrusted_bundle=bundle, keys=keys, threshold=1)
    return bundle


def _built(row: Submission) -> bytes:
    built = file_of(submission=row, kind=SubmissionFile.Kind.BUILT)
    if built is None:
        raise SubmissionMustComeSoFar(
            f"Submission {row}: expected one that was built, got none.", evidence={"object": str(row.id)}
        )
    return built
