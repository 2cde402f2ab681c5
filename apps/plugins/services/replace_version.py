# SPDX-License-Identifier: Apache-2.0
"""The common part of an upgrade and a rollback: another version in the place of this one."""

from collections.abc import Collection

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.given_settings import settings_that_fit
from apps.plugins.models import Installation, PluginVersion
from apps.plugins.selectors.told_rights import rights_that_differ, told_difference
from apps.plugins.selectors.versions import manifest_of
from apps.plugins.services.installing import (
    require_accepted,
    require_person,
    require_right,
    require_runnable,
)
from apps.plugins.services.record_verb import record_installation
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_with_id

_CHANGED = (
    "version",
    "previous_version",
    "granted",
    "settings",
    "installed_by",
    "installed_by_user_id",
)


def replace_version(
    *,
    installation: Installation,
    version: PluginVersion,
    previous: PluginVersion | None,
    accepted: Collection[str],
    action: str,
    actor: Principal,
) -> Installation:
    """Run the other version from now on, with what was accepted and the settings that fit; its state stays.

    The row is locked. Raises: AccessMustBeGranted, ApprovalMustComeFirst where it could do more than now,
    InstallerMustBeAPerson, GrantsMustBeAccepted, SettingsMustFit, and as require_runnable.
    """
    current, before = installation.version, installation_digest(installation)
    require_right(
        principal=actor,
        action=action,
        company_id=installation.company_id,
        plugin_id=installation.plugin_id,
        is_wider=rights_that_differ(before=current, after=version).is_wider,
    )
    user_id = require_person(actor)
    require_runnable(version=version)
    installation.granted = require_accepted(version=version, accepted=accepted)
    installation.settings = settings_that_fit(
        form=manifest_of(version).settings, settings=installation.settings
    )
    installation.version, installation.previous_version = version, previous
    installation.installed_by, installation.installed_by_user_id = actor.urn, user_id
    installation.save(update_fields=_CHANGED)
    company = company_with_id(company_id=installation.company_id)
    told = told_difference(before=current, after=version, company=company.code)
    record_installation(
        installation=installation,
        before=before,
        verb=action,
        actor=actor,
        rights="\n".join([f"{current.version} -> {version.version}", *told.lines]),
    )
    return installation
