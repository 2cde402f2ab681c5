# SPDX-License-Identifier: Apache-2.0
"""Recall what the repositories list no more that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from apps.plugins.adapters.repository.revocations import withdrawn_bundles
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.versions import locked_version, versions_of_bundles
from apps.plugins.services.revoke_version import recall
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ports.principal import Principal

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RevokedWithdrawn:
    """Versions that were recalled, and those that could not be, each with why."""

    revoked: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()


def revoke_withdrawn(*, revoked_by: Principal) -> RevokedWithdrawn:
    """Recall each version whose bundle is noted as gone, and stop it in every company.

    The caller has asked whether the actor may look, which is all that it decides: an administrator said whose
    lists count when the repository was trusted. One version is one transaction, and holds up no other.
    """
    withdrawn = _withdrawn()
    revoked, left = dict[str, str](), list[str]()
    for row in versions_of_bundles(digests=list(withdrawn)):
        reason = withdrawn[row.bundle_digest]
        try:
            if _recalled(row, reason, revoked_by):
                revoked[str(row)] = reason
        except CortexError as error:
            left.append(str(row))
            _log.error("withdrawn_plugin_not_revoked", plugin=str(row), code=error.code, reason=error.message)
    return RevokedWithdrawn(revoked, tuple(left))


@transactional
def _withdrawn() -> Mapping[str, str]:
    return withdrawn_bundles()


@transactional
def _recalled(version: PluginVersion, reason: str, revoked_by: Principal) -> bool:
    row = locked_version(version_id=version.id)
    if row.revoked_at is not None:
        # Somebody did so meanwhile.
        return False
    recall(row, reason=reason[:500], recalled_by=revoked_by)
    return True
