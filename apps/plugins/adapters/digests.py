# SPDX-License-Identifier: Apache-2.0
"""The digests that leaves have of versions, keys, switches and installations; not of what people wrote."""

import hashlib
from datetime import datetime

from apps.plugins.models import Installation, PluginSwitch, PluginVersion, TrustedKey
from cortex.canonical_json import canonical_digest


def version_digest(version: PluginVersion) -> str:
    """Return the digest of what was signed, by whom, and when it was recalled."""
    names = ("plugin_id", "version", "publisher", "bundle_digest", "component_digest", "origin")
    content = {
        **{name: getattr(version, name) for name in names},
        "manifest": hashlib.sha256(version.manifest_text.encode()).hexdigest(),
        "capabilities": version.capabilities,
        "signed_by": version.signed_by,
        "revoked_at": _instant(version.revoked_at),
    }
    return canonical_digest(content)


def key_digest(key: TrustedKey) -> str:
    """Return the digest of a key, its role and when it was revoked."""
    names = ("role", "publisher", "keyid", "public_key")
    content = {name: getattr(key, name) for name in names}
    return canonical_digest({**content, "revoked_at": _instant(key.revoked_at)})


def switch_digest(turn: PluginSwitch) -> str:
    """Return the digest of one turn of the switch."""
    return canonical_digest({"plugin_id": turn.plugin_id, "is_off": turn.is_off})


def installation_digest(installation: Installation) -> str:
    """Return the digest of which version runs with which grants and settings, and for whom."""
    previous = installation.previous_version_id
    content = {
        "plugin_id": installation.plugin_id,
        "version": str(installation.version_id),
        "previous": str(previous) if previous else None,
        "state": installation.state,
        "granted": installation.granted,
        "settings": installation.settings,
        "installed_by": installation.installed_by,
    }
    return canonical_digest(content)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at else None
