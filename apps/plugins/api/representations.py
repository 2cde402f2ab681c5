# SPDX-License-Identifier: Apache-2.0
"""Plugins as JSON."""

from typing import Any

from apps.plugins.api.bodies import PluginKeySerializer
from apps.plugins.models import Installation, PluginRun, PluginSwitch, PluginVersion, TrustedKey
from apps.plugins.selectors.newest_runs import newest_runs
from apps.plugins.selectors.told_rights import told_rights
from apps.plugins.selectors.versions import manifest_of

ANY_COMPANY = "(where it is installed)"
_OF_VERSION = ("id", "version", "publisher", "bundle_digest", "signed_by", "capabilities", "origin")
_OF_LIFE = ("added_by", "added_at", "revoked_at", "revoked_reason")
_OF_MANIFEST = ("name", "description", "licence", "support")


def version_json(version: PluginVersion) -> dict[str, Any]:
    """Return a version with its manifest's words."""
    manifest = manifest_of(version)
    return {
        **{name: getattr(version, name) for name in (*_OF_VERSION, *_OF_LIFE)},
        **{name: getattr(manifest, name) for name in _OF_MANIFEST},
        "plugin": version.plugin_id,
        "rights": told_rights(version, company=ANY_COMPANY),
    }


def key_json(key: TrustedKey) -> dict[str, Any]:
    """Return a key."""
    return {str(name): getattr(key, str(name)) for name in PluginKeySerializer().fields}


def switch_json(turn: PluginSwitch) -> dict[str, Any]:
    """Return how a switch stands."""
    names = ("is_off", "reason", "turned_by", "turned_at")
    return {"plugin": turn.plugin_id, **{name: getattr(turn, name) for name in names}}


def told_installation(installation: Installation, *, company: str) -> dict[str, Any]:
    """Return an installation with how what it does by itself ended last."""
    run = newest_runs([installation]).get(installation.id)
    return installation_json(installation, company=company, last_run=run)


def installation_json(
    installation: Installation, *, company: str, last_run: PluginRun | None
) -> dict[str, Any]:
    """Return an installation; its version is read with it."""
    previous = installation.previous_version
    names = ("id", "state", "state_reason", "granted", "settings", "installed_by", "installed_at")
    is_removed = installation.state == Installation.State.REMOVED
    return {
        **{name: getattr(installation, name) for name in names},
        "plugin": installation.plugin_id,
        "version": installation.version.version,
        "previous_version": previous.version if previous else None,
        "last_run_at": last_run.ended_at if last_run else None,
        "last_run_error": last_run.error if last_run else "",
        "rights": [] if is_removed else told_rights(installation.version, company=company),
    }
