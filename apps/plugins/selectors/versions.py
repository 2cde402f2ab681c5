# SPDX-License-Identifier: Apache-2.0
"""Versions of plugins that this installation knows."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from apps.plugins.domain.lifecycle_errors import VersionMustExist
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.policy_names import READ_VERSIONS
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import PluginVersion
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def manifest_of(version: PluginVersion) -> Manifest:
    """Return what the version says of itself; raises ManifestMustBeWellFormed."""
    return _read(version.manifest_text)


@lru_cache(maxsize=256)
def _read(text: str) -> Manifest:
    # By its very text: whoever changes a row in the database gets what stands there, not what once stood.
    return read_manifest(text.encode())


@transactional
def version_named(*, plugin_id: str, version: str) -> PluginVersion:
    """Return the version; raises VersionMustExist."""
    found = PluginVersion.objects.filter(plugin_id=plugin_id, version=version).first()
    if found is None:
        raise _missing(f"{plugin_id[:100]} {version[:64]}")
    return found


@transactional
def version_with_id(*, version_id: UUID) -> PluginVersion:
    """Return the version; raises VersionMustExist."""
    found = PluginVersion.objects.filter(id=version_id).first()
    if found is None:
        raise _missing(str(version_id))
    return found


def locked_version(*, version_id: UUID) -> PluginVersion:
    """Return the version, locked against other verbs; raises VersionMustExist."""
    found = PluginVersion.objects.select_for_update(no_key=True).filter(id=version_id).first()
    if found is None:
        raise _missing(str(version_id))
    return found


@transactional
def versions_of_reader(*, seen_by: Principal) -> QuerySet[PluginVersion]:
    """Return every version, the newest first; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=seen_by, action=READ_VERSIONS, company_id=None)
    return PluginVersion.objects.order_by("-id")


@transactional
def versions_signed_by(*, keyid: str) -> Sequence[PluginVersion]:
    """Return the versions that this key signed."""
    return list(PluginVersion.objects.filter(signed_by__contains=[keyid]).order_by("id"))


@transactional
def versions_of_bundles(*, digests: Sequence[str]) -> Sequence[PluginVersion]:
    """Return the versions of these bundles that were not revoked."""
    rows = PluginVersion.objects.filter(bundle_digest__in=digests, revoked_at__isnull=True)
    return list(rows.order_by("id"))


def _missing(told: str) -> VersionMustExist:
    return VersionMustExist(
        f"Plugin {told!a}: expected a version that was added here, got none. Add its bundle first.",
        evidence={"object": told, "remedy": "cortex plugin add BUNDLE"},
    )
