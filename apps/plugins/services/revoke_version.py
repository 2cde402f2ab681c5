# SPDX-License-Identifier: Apache-2.0
"""Recall a version of a plugin."""

from apps.plugins.adapters.digests import version_digest
from apps.plugins.domain.lifecycle_errors import VersionMustNotBeRevoked
from apps.plugins.domain.policy_names import REVOKE_VERSION, VERSION_TYPE
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.versions import locked_version, version_named
from apps.plugins.services.reasons import read_reason
from apps.plugins.services.record_verb import record_platform_verb
from apps.plugins.services.stop_installations import stop_installations
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def revoke_version(*, plugin_id: str, version: str, reason: str, revoked_by: Principal) -> int:
    """Recall it for good, stop it in every company at once, and return how many ran it.

    Raises: AccessMustBeGranted, ReasonMustBeGiven, VersionMustExist, VersionMustNotBeRevoked.
    """
    get(Authorizer).require(principal=revoked_by, action=REVOKE_VERSION, company_id=None)
    reason = read_reason(reason)
    row = locked_version(version_id=version_named(plugin_id=plugin_id, version=version).id)
    _require_counting(row)
    return recall(row, reason=reason, recalled_by=revoked_by)


def recall(row: PluginVersion, *, reason: str, recalled_by: Principal) -> int:
    """Do so with a locked version that counts, in the open transaction; the caller has asked who may."""
    before = version_digest(row)
    row.revoked_at, row.revoked_reason = get(Clock).now(), reason
    row.save(update_fields=["revoked_at", "revoked_reason"])
    record_platform_verb(
        verb=REVOKE_VERSION,
        object_type=VERSION_TYPE,
        object_id=row.id,
        digest=version_digest(row),
        before=before,
        actor=recalled_by,
    )
    told = f"Version {row.version} was revoked: {reason}"
    return stop_installations(version_ids=[row.id], reason=told[:500], stopped_by=recalled_by)


def _require_counting(row: PluginVersion) -> None:
    if row.revoked_at is not None:
        raise VersionMustNotBeRevoked(
            f"Plugin {row}: expected a version that counts, got one that was revoked at {row.revoked_at}: "
            f"{row.revoked_reason}.",
            evidence={"object": str(row), "expected": "not revoked", "got": str(row.revoked_at)},
        )
