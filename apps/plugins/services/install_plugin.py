# SPDX-License-Identifier: Apache-2.0
"""Install a plugin into a company."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from apps.plugins.domain.given_settings import fitting_settings
from apps.plugins.domain.lifecycle_errors import PluginMustBeInstalledOnce
from apps.plugins.domain.policy_names import INSTALL
from apps.plugins.models import Installation
from apps.plugins.selectors.told_rights import told_rights
from apps.plugins.selectors.versions import manifest_of, version_named
from apps.plugins.services.installing import (
    require_accepted,
    require_person,
    require_right,
    require_runnable,
)
from apps.plugins.services.record_verb import record_installation
from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_with_id


@transactional
def install_plugin(
    *,
    company_id: UUID,
    plugin_id: str,
    version: str,
    accepted: Collection[str],
    installed_by: Principal,
    untrusted_settings: Mapping[str, Any] | None = None,
) -> Installation:
    """Install and start it; `accepted` are the texts of all that it may do. Call it in the company's scope.

    Raises: AccessMustBeGranted, ApprovalMustComeFirst, InstallerMustBeAPerson, VersionMustExist,
    GrantsMustBeAccepted, SettingsMustFit, PluginMustBeInstalledOnce, and as require_runnable.
    """
    require_right(
        principal=installed_by, action=INSTALL, company_id=company_id, plugin_id=plugin_id, is_wider=True
    )
    user_id, found = require_person(installed_by), version_named(plugin_id=plugin_id, version=version)
    require_runnable(version=found)
    row = Installation(
        company_id=company_id,
        plugin_id=plugin_id,
        version=found,
        granted=require_accepted(version=found, accepted=accepted),
        settings=fitting_settings(
            form=manifest_of(found).settings, untrusted_settings=untrusted_settings or {}
        ),
        installed_by=installed_by.urn,
        installed_by_user_id=user_id,
        installed_at=get(Clock).now(),
    )
    _insert(row)
    company = company_with_id(company_id=company_id)
    record_installation(
        installation=row,
        before=None,
        verb=INSTALL,
        actor=installed_by,
        rights="\n".join(told_rights(found, company=company.code)),
    )
    return row


def _insert(row: Installation) -> None:
    try:
        attempt(lambda: row.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "plugins_installation_once":
            raise
        raise PluginMustBeInstalledOnce(
            f"Plugin {row.plugin_id}: expected none in this company, got one. Upgrade or remove it.",
            evidence={"object": row.plugin_id, "remedy": "upgrade it"},
        ) from error
