# SPDX-License-Identifier: Apache-2.0
"""Put a reviewed bundle into the repository: from here on others find it, verify it and may install it."""

import hashlib

from apps.plugins.adapters.repository.digests import target_digest
from apps.plugins.domain.bundle import MANIFEST, unpack_bundle
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.approved_release import (
    ApprovedRelease,
    ReleaseRegister,
    custom_of,
    require_two_persons,
)
from apps.plugins.domain.marketplace.errors import (
    PublisherMustBeAdmitted,
    ReleaseMustBeApproved,
    ReleaseMustBeNewer,
)
from apps.plugins.domain.marketplace.names import role_of, target_path
from apps.plugins.domain.marketplace.policy_names import PUBLISH_TARGET, TARGET_TYPE
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import RepositoryTarget, StoredBundle
from apps.plugins.services.marketplace.publish_metadata import Publication, begin_publication, record_signed
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.sign_as_reviewer import sign_as_reviewer
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def publish_target(
    *, bundle: bytes, channel: str, publisher: str, released_by: Principal
) -> RepositoryTarget:
    """Have the bundle signed as a reviewer's, list it, and publish; the same again changes nothing.

    `bundle` is the file as the publisher signed it, and its release is committed (see `sign_as_reviewer`).

    Raises: AccessMustBeGranted, PublisherMustBeAdmitted, ReleaseMustBeNewer, RootMustBeInstalled, and as
    sign_as_reviewer.
    """
    get(Authorizer).require(principal=released_by, action=PUBLISH_TARGET, company_id=None)
    manifest = read_manifest(unpack_bundle(bundle)[MANIFEST])
    # Tells that it was approved, too: without a release nothing was signed.
    signed = sign_as_reviewer(bundle=bundle)
    release = _release(bundle, manifest, publisher=publisher, channel=channel)
    publication = begin_publication(actor=released_by)
    role = role_of(publisher=publisher, channel=channel)
    path = target_path(role=role, plugin_id=manifest.id, version=str(manifest.version))
    known = RepositoryTarget.objects.filter(path=path).first()
    if known is not None:
        return _same(known, signed)
    row = _stored(signed, path, role, release, manifest, publication)
    roles = publication.delegated
    publication.publish(listings=[role], delegated=None if role in roles else roles | {role})
    record_signed(publication)
    return row


def _release(bundle: bytes, manifest: Manifest, *, publisher: str, channel: str) -> ApprovedRelease:
    """Return the release where it is into this channel, of a publisher who may publish now."""
    register = get(ReleaseRegister)
    release = register.approved(bundle_digest=hashlib.sha256(bundle).hexdigest())
    approved = require_two_persons(release, manifest=manifest)
    if (approved.publisher, approved.channel) != (publisher, channel):
        raise ReleaseMustBeApproved(
            f"Release {manifest.id} {manifest.version}: expected {approved.publisher} in {approved.channel}, "
            f"got {publisher[:60]} in {channel[:60]}.",
            evidence={"object": manifest.id, "expected": approved.channel, "got": channel[:60]},
        )
    if not register.is_admitted(publisher=publisher):
        raise PublisherMustBeAdmitted(
            f"Publisher {publisher}: expected to be admitted, got none or a revoked one.",
            evidence={"object": publisher, "expected": "admitted"},
        )
    return approved


def _same(known: RepositoryTarget, signed: bytes) -> RepositoryTarget:
    if known.bundle_id == hashlib.sha256(signed).hexdigest() and known.withdrawn_at is None:
        return known
    raise ReleaseMustBeNewer(
        f"Target {known.path}: expected the bundle that is published, and not withdrawn; got another. "
        "Give it a new version.",
        evidence={"object": known.path, "expected": known.bundle_id, "remedy": "give it a new version"},
    )


def _stored(
    signed: bytes,
    path: str,
    role: str,
    release: ApprovedRelease,
    manifest: Manifest,
    publication: Publication,
) -> RepositoryTarget:
    digest = hashlib.sha256(signed).hexdigest()
    StoredBundle.objects.bulk_create([StoredBundle(digest=digest, content=signed)], ignore_conflicts=True)
    row = RepositoryTarget.objects.create(
        path=path,
        role=role,
        publisher=release.publisher,
        channel=release.channel,
        plugin_id=manifest.id,
        version=str(manifest.version),
        bundle_id=digest,
        custom=custom_of(release, manifest=manifest),
        published_by=publication.actor.urn,
        published_at=publication.now,
    )
    record_verb(
        actor=publication.actor,
        verb=PUBLISH_TARGET,
        object_type=TARGET_TYPE,
        object_id=row.id,
        digest=target_digest(row),
    )
    return row
