# SPDX-License-Identifier: Apache-2.0
"""Start a plugin of a company again."""

from uuid import UUID

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.lifecycle_errors import InstallationMustAllowTheChange
from apps.plugins.domain.policy_names import ENABLE
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.services.installing import require_person, require_right, require_runnable
from apps.plugins.services.record_verb import record_installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

State = Installation.State
_CHANGED = ("state", "state_reason", "installed_by", "installed_by_user_id")


@transactional
def enable_plugin(*, company_id: UUID, plugin_id: str, enabled_by: Principal) -> Installation:
    """Start it; what it does by itself it does for whoever starts it. In the company's scope.

    Raises: InstallationMustExist, AccessMustBeGranted, ApprovalMustComeFirst out of quarantine where the
    company wants two, InstallerMustBeAPerson, InstallationMustAllowTheChange, and as require_runnable.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    require_right(
        principal=enabled_by,
        action=ENABLE,
        company_id=company_id,
        plugin_id=plugin_id,
        is_wider=installation.state == State.QUARANTINED,
    )
    user_id, before = require_person(enabled_by), installation_digest(installation)
    if installation.state == State.ENABLED:
        raise InstallationMustAllowTheChange(
            f"Plugin {plugin_id}: expected one that was stopped, got one that is enabled.",
            evidence={"object": plugin_id, "expected": "disabled or quarantined", "got": "enabled"},
        )
    require_runnable(version=installation.version)
    installation.state, installation.state_reason = State.ENABLED, ""
    installation.installed_by, installation.installed_by_user_id = enabled_by.urn, user_id
    installation.save(update_fields=_CHANGED)
    record_installation(installation=installation, before=before, verb=ENABLE, actor=enabled_by)
    return installation
