# SPDX-License-Identifier: Apache-2.0
"""Go back to the version of a plugin that ran before the last upgrade."""

from collections.abc import Collection
from uuid import UUID

from apps.plugins.domain.lifecycle_errors import RollbackMustHaveAVersion
from apps.plugins.domain.policy_names import ROLL_BACK
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.services.replace_version import replace_version
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


@transactional
def rollback_plugin(
    *, company_id: UUID, plugin_id: str, accepted: Collection[str], rolled_back_by: Principal
) -> Installation:
    """Run the version before, once: forward again is an upgrade. In the company's scope.

    What the later version gave up, the former takes again: that is asked for as every right.

    Raises: InstallationMustExist, RollbackMustHaveAVersion, and as replace_version.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    if installation.previous_version is None:
        raise RollbackMustHaveAVersion(
            f"Plugin {installation.version}: expected a version that ran before it, got none.",
            evidence={"object": plugin_id, "got": "none"},
        )
    return replace_version(
        installation=installation,
        version=installation.previous_version,
        previous=None,
        accepted=accepted,
        action=ROLL_BACK,
        actor=rolled_back_by,
    )
