# SPDX-License-Identifier: Apache-2.0
"""Django's description of the plugins context."""

from django.apps import AppConfig


class PluginsConfig(AppConfig):
    """Owns plugins and the marketplace."""

    name = "apps.plugins"
    label = "plugins"
    verbose_name = "Plugins"

    def ready(self) -> None:
        """Declare who may do what with plugins, what waits for two, and how rows are held against leaves."""
        from apps.plugins.adapters.logged import declare_logged
        from apps.plugins.adapters.policy_entities import declare_actions
        from apps.plugins.services.approval_kinds import register_kinds

        declare_actions()
        register_kinds()
        declare_logged()
