# SPDX-License-Identifier: Apache-2.0
"""Django's description of the plugins context."""

from django.apps import AppConfig


class PluginsConfig(AppConfig):
    """Owns plugins and the marketplace."""

    name = "apps.plugins"
    label = "plugins"
    verbose_name = "Plugins"

    def ready(self) -> None:
        """Declare who may do what with plugins."""
        from apps.plugins.adapters.policy_entities import declare_actions

        declare_actions()
