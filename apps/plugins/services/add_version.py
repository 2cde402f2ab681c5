# SPDX-License-Identifier: Apache-2.0
"""Add a version of a plugin from its signed bundle: whoever may install finds it then."""

import hashlib
from typing import TYPE_CHECKING

from apps.plugins.adapters.digests import version_digest
from apps.plugins.domain.bundle import COMPONENT, MANIFEST
from apps.plugins.domain.lifecycle_errors import PluginMustKeepItsPublisher, VersionMustBeNew
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.policy_names import ADD_VERSION, VERSION_TYPE
from apps.plugins.domain.release import running_release
from apps.plugins.models import PluginVersion, StoredBundle
from apps.plugins.selectors.trusted_keys import keys_that_count
from apps.plugins.services.compile_version import compile_component
from apps.plugins.services.record_verb import record_platform_verb
from cortex.database.transactions import transactional
from cortex.database.turns import take_turns
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

if TYPE_CHECKING:
    from apps.plugins.adapters.signing.signed_bundle import VerifiedBundle

FILE = PluginVersion.Origin.FILE


def add_version(*, untrusted_bundle: bytes, added_by: Principal, origin: str = FILE) -> PluginVersion:
    """Verify the bundle, compile its component and store both; the same bundle again is found, not added.

    Nothing is compiled that was not signed by a publisher and a reviewer who count, and no transaction waits
    for the compiler.

    Raises: AccessMustBeGranted, BundleMustBeCanonical, BundleMustBeAttested, ManifestMustBeWellFormed,
    PluginMustFitThisRelease, PluginMustKeepItsPublisher, VersionMustBeNew, and as compile_component.
    """
    get(Authorizer).require(principal=added_by, action=ADD_VERSION, company_id=None)
    verified = _verified(untrusted_bundle)
    verified.manifest.require_release(running_release())
    component_digest = compile_component(wasm=verified.members[COMPONENT])
    return _stored(untrusted_bundle, component_digest, origin, added_by)


def _verified(untrusted_bundle: bytes) -> "VerifiedBundle":
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.verify_trusted import publisher_of, verify_trusted  # noqa: PLC0415

    publishers, reviewers = keys_that_count(publisher=publisher_of(untrusted_bundle))
    return verify_trusted(untrusted_bundle=untrusted_bundle, publishers=publishers, reviewers=reviewers)


@transactional
def _stored(bundle: bytes, component_digest: str, origin: str, added_by: Principal) -> PluginVersion:
    # Once more, in the transaction that stores it: a key may have been revoked while it was compiled.
    verified = _verified(bundle)
    manifest, digest = verified.manifest, hashlib.sha256(bundle).hexdigest()
    take_turns(VERSION_TYPE, manifest.id)
    if (known := _known(manifest, digest)) is not None:
        return known
    StoredBundle.objects.bulk_create([StoredBundle(digest=digest, content=bundle)], ignore_conflicts=True)
    row = PluginVersion.objects.create(
        plugin_id=manifest.id,
        version=str(manifest.version),
        publisher=manifest.publisher,
        bundle_digest=digest,
        component_digest=component_digest,
        manifest_text=verified.members[MANIFEST].decode(),
        capabilities=sorted(each.text for each in manifest.capabilities),
        signed_by=sorted(verified.signed_by),
        origin=origin,
        added_by=added_by.urn,
        added_at=get(Clock).now(),
    )
    record_platform_verb(
        verb=ADD_VERSION,
        object_type=VERSION_TYPE,
        object_id=row.id,
        digest=version_digest(row),
        actor=added_by,
        is_new=True,
    )
    return row


def _known(manifest: Manifest, digest: str) -> PluginVersion | None:
    """Return the version where this very bundle was added before; refuse another one under its name."""
    others = PluginVersion.objects.filter(plugin_id=manifest.id)
    other = others.exclude(publisher=manifest.publisher).first()
    if other is not None:
        raise PluginMustKeepItsPublisher(
            f"Plugin {manifest.id}: expected a version of {other.publisher}, as those before, got one of "
            f"{manifest.publisher}. Another publisher's plugin has another id.",
            evidence={"object": manifest.id, "expected": other.publisher, "got": manifest.publisher},
        )
    same = others.filter(version=str(manifest.version)).first()
    if same is None or same.bundle_digest == digest:
        return same
    raise VersionMustBeNew(
        f"Plugin {same}: expected the bundle {same.bundle_digest[:12]}, which was added under this version, "
        f"got {digest[:12]}. What changed gets a new version.",
        evidence={"object": str(same), "expected": same.bundle_digest, "got": digest},
    )
