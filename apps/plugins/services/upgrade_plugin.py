# SPDX-License-Identifier: Apache-2.0
"""Upgrade a plugin of a company to a later version."""

from collections.abc import Collection
from uuid import UUID

from semver import Version

from apps.plugins.domain.lifecycle_errors import UpgradeMustGoForward
from apps.plugins.domain.policy_names import UPGRADE
from apps.plugins.models import Installation, PluginVersion
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.selectors.versions import version_named
from apps.plugins.services.replace_version import replace_version
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


@transactional
def upgrade_plugin(
    *, company_id: UUID, plugin_id: str, version: str, accepted: Collection[str], upgraded_by: Principal
) -> Installation:
    """Run the later version; `accepted` are the texts of all that it may do. In the company's scope.

    Raises: InstallationMustExist, VersionMustExist, UpgradeMustGoForward, and as replace_version.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    found = version_named(plugin_id=plugin_id, version=version)
    _require_later(installation.version, found)
    return replace_version(
        installation=installation,
        version=found,
        previous=installation.version,
        accepted=accepted,
        action=UPGRADE,
        actor=upgraded_by,
    )


def _require_later(current: PluginVersion, wanted: PluginVersion) -> None:
    """Refuse the same and an earlier one: whoever leads somebody back leads to holes that were closed."""
    if Version.parse(wanted.version) <= Version.parse(current.version):
        raise UpgradeMustGoForward(
            f"Plugin {current}: expected a later version, got {wanted.version}. The way back is a rollback.",
            evidence={
                "object": current.plugin_id,
                "expected": f"later than {current.version}",
                "got": wanted.version,
            },
        )
