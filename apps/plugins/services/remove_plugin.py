# SPDX-License-Identifier: Apache-2.0
"""Remove a plugin from a company; its data stays, or is handed out and deleted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.plugin_data import kinds_of_plugin_data
from apps.plugins.domain.policy_names import REMOVE
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.services.installing import require_right
from apps.plugins.services.reasons import read_reason
from apps.plugins.services.record_verb import record_installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_with_id

_CHANGED = ("state", "state_reason", "granted", "settings", "previous_version")


@dataclass(frozen=True, slots=True)
class Removed:
    """The installation as it is left, and as plain JSON what was deleted, None where it was kept."""

    installation: Installation
    exported: dict[str, Any] | None


@transactional
def remove_plugin(
    *, company_id: UUID, plugin_id: str, reason: str, removed_by: Principal, deletes_data: bool = False
) -> Removed:
    """Take it out, whatever state it is in; installing it again is asked for anew. In the company's scope.

    What it stored is found again by the next installation, unless `deletes_data`: then settings and data are
    returned, and gone with the commit. Secrets in the vault are the vault's.

    Raises: InstallationMustExist, AccessMustBeGranted, ReasonMustBeGiven.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    require_right(
        principal=removed_by, action=REMOVE, company_id=company_id, plugin_id=plugin_id, is_wider=False
    )
    reason, before = read_reason(reason), installation_digest(installation)
    exported = _taken_out(installation) if deletes_data else None
    installation.state, installation.state_reason = Installation.State.REMOVED, reason
    installation.granted, installation.previous_version = [], None
    if deletes_data:
        installation.settings = {}
    installation.save(update_fields=_CHANGED)
    record_installation(
        installation=installation, before=before, verb=REMOVE, actor=removed_by, reason=reason
    )
    return Removed(installation, exported)


def _taken_out(installation: Installation) -> dict[str, Any]:
    company_id, plugin_id = installation.company_id, installation.plugin_id
    kinds = kinds_of_plugin_data()
    data = {kind.name: dict(kind.read(company_id=company_id, plugin_id=plugin_id)) for kind in kinds}
    for kind in kinds:
        kind.delete(company_id=company_id, plugin_id=plugin_id)
    return {
        "plugin": plugin_id,
        "version": installation.version.version,
        "company": company_with_id(company_id=company_id).code,
        "settings": installation.settings,
        "data": data,
    }
