# SPDX-License-Identifier: Apache-2.0
"""Verify what is stored of a version, from its first byte to its row."""

import hashlib
from typing import TYPE_CHECKING

from apps.plugins.domain.bundle import COMPONENT, MANIFEST
from apps.plugins.domain.lifecycle_errors import VersionMustBeAsSigned
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.bundles import bundle_of
from apps.plugins.selectors.loadable import require_usable
from apps.plugins.selectors.trusted_keys import keys_that_count

if TYPE_CHECKING:
    from apps.plugins.adapters.signing.signed_bundle import VerifiedBundle


def verify_stored(*, version: PluginVersion) -> None:
    """Check signatures, revocation, release, and that the row says what was signed.

    Raises: VersionMustNotBeRevoked, VersionMustBeTrusted, PluginMustFitThisRelease, BundleMustBeCanonical,
    BundleMustBeAttested, ManifestMustBeWellFormed, VersionMustBeAsSigned.
    """
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.verify_trusted import verify_trusted  # noqa: PLC0415

    require_usable(version)
    publishers, reviewers = keys_that_count(publisher=version.publisher)
    verified = verify_trusted(
        untrusted_bundle=bundle_of(digest=version.bundle_digest), publishers=publishers, reviewers=reviewers
    )
    signed, stored = _signed(verified), _stored(version)
    if differing := sorted(name for name in signed if signed[name] != stored[name]):
        raise VersionMustBeAsSigned(
            f"Plugin {version}: expected {', '.join(differing)} as they were signed, got others. Somebody "
            "changed the database: look into the log, and revoke the version.",
            evidence={"object": str(version), "difference": differing, "remedy": "revoke the version"},
        )


def _signed(verified: "VerifiedBundle") -> dict[str, object]:
    manifest = verified.manifest
    return {
        "id": manifest.id,
        "version": str(manifest.version),
        "publisher": manifest.publisher,
        "manifest": verified.members[MANIFEST].decode(),
        "component": hashlib.sha256(verified.members[COMPONENT]).hexdigest(),
        "capabilities": sorted(each.text for each in manifest.capabilities),
        "signatures": sorted(verified.signed_by),
    }


def _stored(version: PluginVersion) -> dict[str, object]:
    return {
        "id": version.plugin_id,
        "version": version.version,
        "publisher": version.publisher,
        "manifest": version.manifest_text,
        "component": version.component_digest,
        "capabilities": list(version.capabilities),
        "signatures": list(version.signed_by),
    }
