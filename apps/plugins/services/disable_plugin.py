# SPDX-License-Identifier: Apache-2.0
"""Stop a plugin of a company."""

from uuid import UUID

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.lifecycle_errors import InstallationMustAllowTheChange
from apps.plugins.domain.policy_names import DISABLE
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.services.installing import require_right
from apps.plugins.services.reasons import read_reason
from apps.plugins.services.record_verb import record_installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

State = Installation.State


@transactional
def disable_plugin(*, company_id: UUID, plugin_id: str, reason: str, disabled_by: Principal) -> Installation:
    """Call it no more from now on; its data and settings stay. In the company's scope.

    One in quarantine is stopped already, and stays there: it would come out of a mere stop without a second
    person. Raises: InstallationMustExist, AccessMustBeGranted, ReasonMustBeGiven,
    InstallationMustAllowTheChange.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    require_right(
        principal=disabled_by, action=DISABLE, company_id=company_id, plugin_id=plugin_id, is_wider=False
    )
    reason = read_reason(reason)
    if installation.state != State.ENABLED:
        raise InstallationMustAllowTheChange(
            f"Plugin {plugin_id}: expected one that is enabled, got one that is {installation.state}.",
            evidence={"object": plugin_id, "expected": "enabled", "got": installation.state},
        )
    before = installation_digest(installation)
    installation.state, installation.state_reason = State.DISABLED, reason
    installation.save(update_fields=["state", "state_reason"])
    record_installation(
        installation=installation, before=before, verb=DISABLE, actor=disabled_by, reason=reason
    )
    return installation
