# SPDX-License-Identifier: Apache-2.0
"""The verbs of plugins that can wait for a second person: each is carried out by its own service."""

from uuid import UUID

from apps.plugins.domain.policy_names import ENABLE, INSTALL, INSTALLATION_TYPE, ROLL_BACK, UPGRADE
from apps.plugins.models import Installation, PluginVersion
from apps.plugins.selectors.installations import installation_of
from apps.plugins.selectors.told_rights import told_difference, told_rights
from apps.plugins.selectors.versions import version_named
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.install_plugin import install_plugin
from apps.plugins.services.rollback_plugin import rollback_plugin
from apps.plugins.services.upgrade_plugin import upgrade_plugin
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_with_id


def register_kinds() -> None:
    """Register every kind of plugins."""
    for name, title, perform, describe in (
        (INSTALL, "Install a plugin", _install, _described_install),
        (UPGRADE, "Upgrade a plugin", _upgrade, _described_change),
        (ROLL_BACK, "Go back to the version of a plugin before", _roll_back, _described_change),
        (ENABLE, "Start a plugin again", _enable, _described_start),
    ):
        approval_kind(name, title=title, action=name, perform=perform, describe=describe)


def _install(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    installed = install_plugin(
        company_id=_company(company_id),
        plugin_id=content["plugin"],
        version=content["version"],
        accepted=content["accepted"],
        installed_by=proposer,
        untrusted_settings=content["settings"],
    )
    return _performed(installed)


def _upgrade(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    upgraded = upgrade_plugin(
        company_id=_company(company_id),
        plugin_id=content["plugin"],
        version=content["version"],
        accepted=content["accepted"],
        upgraded_by=proposer,
    )
    return _performed(upgraded)


def _roll_back(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    rolled_back = rollback_plugin(
        company_id=_company(company_id),
        plugin_id=content["plugin"],
        accepted=content["accepted"],
        rolled_back_by=proposer,
    )
    return _performed(rolled_back)


def _enable(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    return _performed(
        enable_plugin(company_id=_company(company_id), plugin_id=content["plugin"], enabled_by=proposer)
    )


def _described_install(company_id: UUID | None, content: Content) -> Description:
    version = version_named(plugin_id=content["plugin"], version=content["version"])
    company = company_with_id(company_id=_company(company_id))
    settings = [f"Setting {name}: {value}" for name, value in sorted(content["settings"].items())]
    return Description(
        title=f"Install {version}",
        lines=[*_origin(version), *told_rights(version, company=company.code), *settings],
        object_type=INSTALLATION_TYPE,
    )


def _described_change(company_id: UUID | None, content: Content) -> Description:
    current = installation_of(company_id=_company(company_id), plugin_id=content["plugin"])
    company = company_with_id(company_id=_company(company_id))
    if "version" in content:
        after = version_named(plugin_id=current.plugin_id, version=content["version"])
    else:
        after = current.previous_version or current.version
    told = told_difference(before=current.version, after=after, company=company.code)
    return Description(
        title=f"{current.version} to {after.version}",
        lines=[*_origin(after), *told.lines],
        object_type=INSTALLATION_TYPE,
        object_id=current.id,
    )


def _described_start(company_id: UUID | None, content: Content) -> Description:
    current = installation_of(company_id=_company(company_id), plugin_id=content["plugin"])
    company = company_with_id(company_id=_company(company_id))
    stopped = f"It is {current.state}: {current.state_reason}"
    return Description(
        title=f"Start {current.version} again",
        lines=[*_origin(current.version), stopped, *told_rights(current.version, company=company.code)],
        object_type=INSTALLATION_TYPE,
        object_id=current.id,
    )


def _origin(version: PluginVersion) -> list[str]:
    signers = ", ".join(each[:12] for each in version.signed_by)
    return [
        f"Published by {version.publisher}, signed by {signers}",
        f"Bundle, SHA-256 {version.bundle_digest}",
    ]


def _performed(installation: Installation) -> Performed:
    return Performed(INSTALLATION_TYPE, installation.id)


def _company(company_id: UUID | None) -> UUID:
    if company_id is None:
        raise ValueError("a plugin is installed into a company")
    return company_id
