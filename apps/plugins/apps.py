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
        from importlib import import_module

        from apps.plugins.adapters.logged import declare_logged
        from apps.plugins.adapters.market_actions import declare_market_actions
        from apps.plugins.adapters.marketplace_entities import wire_marketplace
        from apps.plugins.adapters.marketplace_objects import register_objects
        from apps.plugins.adapters.policy_entities import declare_actions
        from apps.plugins.adapters.policy_entities_of_calls import declare_actions_of_calls
        from apps.plugins.adapters.runtime.installed_plugins import StoredInstallations
        from apps.plugins.adapters.runtime.kept_values import declare_kept_values
        from apps.plugins.services.approval_kinds import register_kinds
        from apps.plugins.services.ask_validators import VALIDATORS
        from apps.plugins.services.forget_calls import declare_retained_calls
        from apps.plugins.services.marketplace.logged_kinds import declare_market_logged
        from cortex.ports import registry
        from cortex.ports.plugins import InstalledPlugins
        from cortex.ports.verb_validators import VerbValidators

        declare_actions()
        declare_actions_of_calls()
        register_kinds()
        import_module("apps.plugins.services.waiting_verbs")
        declare_logged()
        declare_retained_calls()
        declare_kept_values()
        registry.bind(VerbValidators, VALIDATORS)
        registry.bind(InstalledPlugins, StoredInstallations())
        wire_marketplace()
        declare_market_actions()
        register_objects()
        declare_market_logged()
