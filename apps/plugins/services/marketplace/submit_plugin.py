# SPDX-License-Identifier: Apache-2.0
"""Send a version in: sources in their only form, with the publisher's statement about them."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError

from apps.plugins.domain.bundle import MANIFEST
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.names import require_channel
from apps.plugins.domain.marketplace.publishing_errors import (
    PublisherMustBeConfirmed,
    SubmissionMustBeNew,
    SubmissionMustBeSigned,
    SubmissionsMustBeFew,
)
from apps.plugins.domain.marketplace.source_archive import unpack_sources
from apps.plugins.domain.marketplace.statements import submission_statement
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Publisher, Submission, SubmissionFile
from apps.plugins.selectors.marketplace.documents import SUBMISSION_TYPE, submission_digest
from apps.plugins.selectors.marketplace.publishers import keys_that_count
from apps.plugins.selectors.marketplace.submissions import OPEN, greatest_released
from apps.plugins.services.marketplace.begin_review import queue_review
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.require_keeper import require_keeper
from cortex.database.transactions import attempt, transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

SUBMIT = "plugins.submission.send"
OPEN_MAX = 10


@dataclass(frozen=True, slots=True)
class SentIn:
    """What a publisher sends: an archive, the statement about it, and for whom it is."""

    archive: bytes
    statement: str
    channel: str


@transactional
def submit_plugin(*, sent: SentIn, submitted_by: Principal) -> Submission:
    """Store the version, queue its checks and return it.

    Raises: SourceArchiveMustBeCanonical, ManifestMustBeWellFormed, PublisherMustExist,
    PublisherMustBeConfirmed, SubmissionMustBeSigned, SubmissionMustBeNew, SubmissionsMustBeFew,
    ChannelMustBeKnown, AccessMustBeGranted.
    """
    channel = require_channel(sent.channel)
    members = unpack_sources(sent.archive)
    manifest = read_manifest(members[MANIFEST])
    publisher = require_keeper(namespace=manifest.publisher, principal=submitted_by)
    _require_confirmed(publisher)
    signed_by = _signed_by(sent, manifest, publisher)
    _require_few(publisher)
    _require_newer(manifest)
    row = _stored(sent, channel, manifest, publisher, signed_by, submitted_by, members[MANIFEST])
    record_verb(
        actor=submitted_by,
        verb=SUBMIT,
        object_type=SUBMISSION_TYPE,
        object_id=row.id,
        digest=submission_digest(row),
    )
    queue_review(row, asked_by=submitted_by)
    return row


def _signed_by(sent: SentIn, manifest: Manifest, publisher: Publisher) -> str:
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.publisher_statements import require_submission_signed  # noqa: PLC0415

    return require_submission_signed(
        untrusted_statement=sent.statement,
        manifest=manifest,
        archive=sent.archive,
        origin=settings.TOKEN_AUDIENCE,
        public_keys=[each.public_key for each in keys_that_count(publisher_id=publisher.id)],
    )


def _stored(
    sent: SentIn,
    channel: str,
    manifest: Manifest,
    publisher: Publisher,
    signed_by: str,
    submitted_by: Principal,
    written: bytes,
) -> Submission:
    word, _, company = channel.partition(":")
    digest = hashlib.sha256(sent.archive).hexdigest()
    payload = submission_statement(manifest=manifest, archive=sent.archive, origin=settings.TOKEN_AUDIENCE)
    row = Submission(
        id=uuid7(),
        publisher=publisher,
        plugin_id=manifest.id,
        version=str(manifest.version),
        channel=word,
        company_code=company,
        source_digest=digest,
        statement=sent.statement,
        statement_digest=hashlib.sha256(payload).hexdigest(),
        signed_by=signed_by,
        manifest_text=written.decode(),
        capabilities=sorted(each.text for each in manifest.capabilities),
        submitted_by=submitted_by.urn,
        submitted_at=get(Clock).now(),
    )
    try:
        attempt(lambda: row.save(force_insert=True))
    except IntegrityError as error:
        raise _known(manifest, "a version and sources that were not sent in before", "the same") from error
    SubmissionFile.objects.create(
        id=uuid7(), submission=row, kind=SubmissionFile.Kind.SOURCES, digest=digest, content=sent.archive
    )
    return row


def _require_confirmed(publisher: Publisher) -> None:
    if publisher.confirmed_at is None:
        raise PublisherMustBeConfirmed(
            f"Publisher {publisher.namespace}: expected one whose domain was confirmed, got one that waits. "
            "A platform administrator looks at it; tell them how you prove the domain.",
            evidence={"object": publisher.namespace, "expected": "confirmed", "got": "waits"},
        )
    if not keys_that_count(publisher_id=publisher.id):
        raise SubmissionMustBeSigned(
            f"Publisher {publisher.namespace}: expected a key that was proved, got none. Add one and sign "
            "its challenge.",
            evidence={"object": publisher.namespace, "expected": "a proved key", "got": "none"},
        )


def _require_few(publisher: Publisher) -> None:
    count = Submission.objects.filter(publisher=publisher, state__in=OPEN).count()
    if count >= OPEN_MAX:
        raise SubmissionsMustBeFew(
            f"Publisher {publisher.namespace}: expected fewer than {OPEN_MAX} open submissions, got {count}.",
            evidence={"object": publisher.namespace, "expected": OPEN_MAX, "got": count},
        )


def _require_newer(manifest: Manifest) -> None:
    """Refuse a version behind one that was released: an update to it would be a step back."""
    newest = greatest_released(plugin_id=manifest.id)
    if newest is not None and manifest.version <= newest:
        raise _known(manifest, f"a version after {newest}", str(manifest.version))


def _known(manifest: Manifest, expected: str, got: str) -> SubmissionMustBeNew:
    return SubmissionMustBeNew(
        f"Submission of {manifest.id} {manifest.version}: expected {expected}, got {got}. "
        "Count the version on, and sign again.",
        evidence={"object": manifest.id, "expected": expected, "got": got, "remedy": "count the version on"},
    )
