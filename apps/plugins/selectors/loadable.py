# SPDX-License-Identifier: Apache-2.0
"""Whether a version may be loaded now: asked before each call, so from a few rows and without a signature.

The signature itself is verified when a version comes in, when it is installed and each night.
"""

from dataclasses import dataclass
from uuid import UUID

from apps.plugins.domain.lifecycle_errors import VersionMustBeTrusted, VersionMustNotBeRevoked
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.release import running_release
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.switches import require_switched_on
from apps.plugins.selectors.trusted_keys import keys_that_count
from apps.plugins.selectors.versions import manifest_of, version_with_id
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class LoadableVersion:
    """What may run: its manifest, and the SHA-256 of the component under which compiled code lies."""

    version_id: UUID
    manifest: Manifest
    component_digest: str
    bundle_digest: str
    manifest_text: str


@transactional
def loadable_version(*, version_id: UUID) -> LoadableVersion:
    """Return what the sandbox needs.

    Raises: VersionMustExist, PluginMustBeSwitchedOn, VersionMustNotBeRevoked, VersionMustBeTrusted,
    PluginMustFitThisRelease.
    """
    version = version_with_id(version_id=version_id)
    require_switched_on(plugin_id=version.plugin_id)
    require_usable(version)
    return LoadableVersion(
        version.id,
        manifest_of(version),
        version.component_digest,
        version.bundle_digest,
        version.manifest_text,
    )


def require_usable(version: PluginVersion) -> None:
    """Raise VersionMustNotBeRevoked, VersionMustBeTrusted or PluginMustFitThisRelease."""
    if version.revoked_at is not None:
        raise VersionMustNotBeRevoked(
            f"Plugin {version}: expected a version that counts, got one that was revoked: "
            f"{version.revoked_reason}. Take another version.",
            evidence={"object": str(version), "expected": "not revoked", "got": str(version.revoked_at)},
        )
    _require_trusted(version)
    manifest_of(version).require_release(running_release())


def _require_trusted(version: PluginVersion) -> None:
    """Hold those who signed against the keys that count today: one of the publisher's, one of a reviewer's.

    A signature of a revoked key is refused beside others too, as it is where signatures are verified.
    """
    publishers, reviewers = keys_that_count(publisher=version.publisher)
    publishing, reviewing = {key.keyid for key in publishers}, {key.keyid for key in reviewers}
    signed = set(version.signed_by)
    if signed & publishing and signed & reviewing and signed <= publishing | reviewing:
        return
    strange = sorted(signed - publishing - reviewing)
    raise VersionMustBeTrusted(
        f"Plugin {version}: expected signatures of keys of {version.publisher} and of reviewers that count, "
        f"got {', '.join(key[:12] for key in strange) or 'too few'}. "
        "Take a version that such keys signed.",
        evidence={"object": str(version), "expected": "signatures that count", "got": strange},
    )
