# SPDX-License-Identifier: Apache-2.0
"""What people do with a plugin of a company: forms on one side, services on the other."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from semver import Version

from apps.plugins.admin.forms import shown_value
from apps.plugins.models import Installation, PluginVersion
from apps.plugins.selectors.told_rights import told_difference, told_rights
from apps.plugins.selectors.versions import manifest_of, version_named, version_with_id
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.remove_plugin import remove_plugin
from apps.plugins.services.waiting_verbs import configure_or_wait
from apps.plugins.services.widen_or_propose import (
    Outcome,
    enable_or_propose,
    install_or_propose,
    rollback_or_propose,
    upgrade_or_propose,
)
from cortex.backoffice.verbs import Done
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal

Given = Mapping[str, Any]


def install(company_id: UUID, principal: Principal, given: Given) -> Done:
    """Install the chosen version with the defaults of its settings."""
    version = version_with_id(version_id=UUID(given["version"]))
    installed = install_or_propose(
        company_id=company_id,
        plugin_id=version.plugin_id,
        version=version.version,
        accepted=version.capabilities,
        installed_by=principal,
    )
    return _done(installed, "is installed")


def upgrade(row: Installation, principal: Principal, given: Given) -> Done:
    """Run the chosen version."""
    version = version_named(plugin_id=row.plugin_id, version=given["version"])
    upgraded = upgrade_or_propose(
        company_id=row.company_id,
        plugin_id=row.plugin_id,
        version=version.version,
        accepted=version.capabilities,
        upgraded_by=principal,
    )
    return _done(upgraded, "runs")


def roll_back(row: Installation, principal: Principal, given: Given) -> Done:
    """Run the version before."""
    before = row.previous_version
    rolled_back = rollback_or_propose(
        company_id=row.company_id,
        plugin_id=row.plugin_id,
        accepted=before.capabilities if before else [],
        rolled_back_by=principal,
    )
    return _done(rolled_back, "runs again")


def enable(row: Installation, principal: Principal, given: Given) -> Done:
    """Start it again."""
    started = enable_or_propose(company_id=row.company_id, plugin_id=row.plugin_id, enabled_by=principal)
    return _done(started, "runs again")


def disable(row: Installation, principal: Principal, given: Given) -> Done:
    """Stop it."""
    disable_plugin(
        company_id=row.company_id, plugin_id=row.plugin_id, reason=given["reason"], disabled_by=principal
    )
    return Done(f"{row.plugin_id} is called no more.")


def remove(row: Installation, principal: Principal, given: Given) -> Done:
    """Take it out; its data stays."""
    remove_plugin(
        company_id=row.company_id, plugin_id=row.plugin_id, reason=given["reason"], removed_by=principal
    )
    return Done(f"{row.plugin_id} was removed; its data is kept.")


def configure(row: Installation, principal: Principal, given: Given) -> Done:
    """Replace its settings."""
    configure_or_wait(
        company_id=row.company_id,
        plugin_id=row.plugin_id,
        untrusted_settings=given,
        changed_by=principal,
    )
    return Done(f"{row.plugin_id} has new settings.")


def settings_now(row: Installation) -> dict[str, Any]:
    """Return what the form of settings holds when it is opened."""
    form = manifest_of(row.version).settings
    shown = {name: shown_value(each, row.settings.get(name)) for name, each in form.items()}
    return {**shown, "fields_of_manifest": form}


def later_versions(row: Installation) -> dict[str, Any]:
    """Return the later versions that count, with how each differs."""
    known = PluginVersion.objects.filter(plugin_id=row.plugin_id, revoked_at=None)
    current = Version.parse(row.version.version)
    later = [each for each in known if Version.parse(each.version) > current]
    later.sort(key=lambda each: Version.parse(each.version), reverse=True)
    code = row.company.code
    return {
        "differences": {
            each.version: told_difference(before=row.version, after=each, company=code).lines
            for each in later
        }
    }


def former_version(row: Installation) -> dict[str, Any]:
    """Return how the version before differs."""
    if row.previous_version is None:
        return {"told": []}
    told = told_difference(before=row.version, after=row.previous_version, company=row.company.code)
    return {"told": [f"{row.version.version} to {row.previous_version.version}", *told.lines]}


def rights_now(row: Installation) -> list[str]:
    """Return what it may do, in words; nothing once it was removed."""
    if row.state == Installation.State.REMOVED:
        return []
    return told_rights(row.version, company=row.company.code)


def _done(outcome: Outcome, word: str) -> Done:
    if isinstance(outcome, ProposalRef):
        return Done(f"{outcome.title} waits for a second person.")
    return Done(f"{outcome.version} {word}.")
