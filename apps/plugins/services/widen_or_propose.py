# SPDX-License-Identifier: Apache-2.0
"""Let a plugin do more, or propose it where the company asks for a second person."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from apps.plugins.domain.policy_names import ENABLE, INSTALL, ROLL_BACK, UPGRADE
from apps.plugins.models import Installation
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.install_plugin import install_plugin
from apps.plugins.services.rollback_plugin import rollback_plugin
from apps.plugins.services.upgrade_plugin import upgrade_plugin
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal

Outcome = Installation | ProposalRef


def install_or_propose(
    *,
    company_id: UUID,
    plugin_id: str,
    version: str,
    accepted: Collection[str],
    installed_by: Principal,
    untrusted_settings: Mapping[str, Any] | None = None,
) -> Outcome:
    """Return the installation, or the proposal; raises as install_plugin."""
    return do_or_propose(
        work=lambda: install_plugin(
            company_id=company_id,
            plugin_id=plugin_id,
            version=version,
            accepted=accepted,
            installed_by=installed_by,
            untrusted_settings=untrusted_settings,
        ),
        kind=INSTALL,
        company_id=company_id,
        principal=installed_by,
        content=lambda: {
            "plugin": plugin_id,
            "version": version,
            "accepted": sorted(accepted),
            "settings": dict(untrusted_settings or {}),
        },
    )


def upgrade_or_propose(
    *, company_id: UUID, plugin_id: str, version: str, accepted: Collection[str], upgraded_by: Principal
) -> Outcome:
    """Return the installation, or the proposal; raises as upgrade_plugin."""
    return do_or_propose(
        work=lambda: upgrade_plugin(
            company_id=company_id,
            plugin_id=plugin_id,
            version=version,
            accepted=accepted,
            upgraded_by=upgraded_by,
        ),
        kind=UPGRADE,
        company_id=company_id,
        principal=upgraded_by,
        content=lambda: {"plugin": plugin_id, "version": version, "accepted": sorted(accepted)},
    )


def rollback_or_propose(
    *, company_id: UUID, plugin_id: str, accepted: Collection[str], rolled_back_by: Principal
) -> Outcome:
    """Return the installation, or the proposal; raises as rollback_plugin."""
    return do_or_propose(
        work=lambda: rollback_plugin(
            company_id=company_id, plugin_id=plugin_id, accepted=accepted, rolled_back_by=rolled_back_by
        ),
        kind=ROLL_BACK,
        company_id=company_id,
        principal=rolled_back_by,
        content=lambda: {"plugin": plugin_id, "accepted": sorted(accepted)},
    )


def enable_or_propose(*, company_id: UUID, plugin_id: str, enabled_by: Principal) -> Outcome:
    """Return the installation, or the proposal; raises as enable_plugin."""
    return do_or_propose(
        work=lambda: enable_plugin(company_id=company_id, plugin_id=plugin_id, enabled_by=enabled_by),
        kind=ENABLE,
        company_id=company_id,
        principal=enabled_by,
        content=lambda: {"plugin": plugin_id},
    )
