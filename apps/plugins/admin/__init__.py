# SPDX-License-Identifier: Apache-2.0
"""Plugins in the administration: versions, keys and the switch of the platform, plugins of companies."""

from apps.plugins.admin import calls, installations, switches, trusted_keys, versions

__all__ = ["calls", "installations", "switches", "trusted_keys", "versions"]
