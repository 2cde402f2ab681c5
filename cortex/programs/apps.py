# SPDX-License-Identifier: Apache-2.0
"""Wires the programs room."""

from importlib import import_module

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Owns OAuth2 clients, their tokens and the keys that sign them."""

    name = "cortex.programs"
    label = "programs"
    verbose_name = "Programs"

    def ready(self) -> None:
        """Give the process its view of the signing keys; publish the first one with the tables."""
        from cortex.database.after_migrating import after_migrating
        from cortex.ports import registry
        from cortex.ports.programs import Programs
        from cortex.programs import actions
        from cortex.programs.behind_people import StoredPrograms
        from cortex.programs.keys.ring import SigningKeys, publish_at_first
        from cortex.programs.logged import declare_logged

        actions.declare_actions()
        declare_logged()
        import_module("cortex.programs.waiting_verbs")
        registry.bind(Programs, StoredPrograms())
        registry.provide(SigningKeys, SigningKeys)
        after_migrating(name="programs.signing_key", step=publish_at_first)
