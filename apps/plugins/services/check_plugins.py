# SPDX-License-Identifier: Apache-2.0
"""Verify each night what runs: whether it was withdrawn, signatures, the release, the bundle and its code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from apps.plugins.domain.call_errors import ComponentMustBeAllowed, ComponentMustCompile
from apps.plugins.domain.errors import (
    BundleMustBeAttested,
    BundleMustBeCanonical,
    ManifestMustBeWellFormed,
    PluginMustFitThisRelease,
)
from apps.plugins.domain.lifecycle_errors import (
    VersionMustBeAsSigned,
    VersionMustBeTrusted,
    VersionMustNotBeRevoked,
)
from apps.plugins.domain.policy_names import CHECK_TYPE, CHECK_VERSIONS
from apps.plugins.domain.repository_errors import RepositoryMustHaveTarget
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.installations import versions_in_use
from apps.plugins.services.compile_version import compile_version
from apps.plugins.services.record_verb import record_platform_verb
from apps.plugins.services.revoke_withdrawn import revoke_withdrawn
from apps.plugins.services.stop_installations import stop_installations
from apps.plugins.services.verify_stored import verify_stored
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# What is wrong with a version itself. A vault that is away or a full disk stops nothing.
_WRONG = (
    BundleMustBeAttested,
    BundleMustBeCanonical,
    ComponentMustBeAllowed,
    ComponentMustCompile,
    ManifestMustBeWellFormed,
    PluginMustFitThisRelease,
    VersionMustBeAsSigned,
    VersionMustBeTrusted,
    VersionMustNotBeRevoked,
)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckedPlugins:
    """How many versions were looked at, those that were stopped with the code of why, and those left over."""

    count: int
    stopped: Mapping[str, str]
    not_checked: Sequence[str]


def check_plugins(*, checked_by: Principal) -> CheckedPlugins:
    """Look at each version that is enabled anywhere, and stop in every company what does not hold.

    What was withdrawn where it came from is revoked first, whether or not it runs. One version is one
    transaction: what is wrong with one keeps no other from being looked at.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=checked_by, action=CHECK_VERSIONS, company_id=None)
    gone = revoke_withdrawn(revoked_by=checked_by)
    stopped, left = dict.fromkeys(gone.revoked, RepositoryMustHaveTarget.code), list(gone.left)
    versions, count = versions_in_use(), len(gone.revoked)
    for version in versions:
        try:
            verify_stored(version=version)
            compile_version(version=version)
        except _WRONG as error:
            stopped[str(version)] = error.code
            _stop(version, error, checked_by)
        except CortexError as error:
            left.append(str(version))
            _log.error("plugin_not_checked", plugin=str(version), code=error.code, reason=error.message)
    checked = CheckedPlugins(count + len(versions), stopped, left)
    _record(checked, checked_by)
    return checked


@transactional
def _stop(version: PluginVersion, error: CortexError, checked_by: Principal) -> None:
    reason = f"{error.code}: {error.message}"[:500]
    stop_installations(version_ids=[version.id], reason=reason, stopped_by=checked_by)


@transactional
def _record(checked: CheckedPlugins, checked_by: Principal) -> None:
    content = {"count": checked.count, "stopped": dict(checked.stopped), "left": list(checked.not_checked)}
    record_platform_verb(
        verb=CHECK_VERSIONS,
        object_type=CHECK_TYPE,
        object_id=uuid7(),
        digest=canonical_digest(content),
        actor=checked_by,
    )
