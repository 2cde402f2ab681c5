# SPDX-License-Identifier: Apache-2.0
"""Wires the room of policy versions."""

from importlib import import_module

from django.apps import AppConfig


class PolicyVersionsConfig(AppConfig):
    """Owns how policies come into force."""

    name = "cortex.policy_versions"
    label = "policy_versions"
    verbose_name = "Versions of the policies"

    def ready(self) -> None:
        """Register the step after an upgrade, and what waits for a second person."""
        from cortex.database.after_migrating import after_migrating
        from cortex.policy_versions.logged import declare_logged
        from cortex.policy_versions.second_person import register_kind
        from cortex.policy_versions.shipped import draft_what_is_shipped
        from cortex.ports.principal import Principal

        register_kind()
        declare_logged()
        import_module("cortex.policy_versions.waiting_verbs")
        after_migrating(
            name="policies",
            step=lambda: draft_what_is_shipped(drafted_by=Principal.service("console")),
        )
