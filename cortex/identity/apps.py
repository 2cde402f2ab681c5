# SPDX-License-Identifier: Apache-2.0
"""Django's description of the identity room."""

from importlib import import_module

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Owns users, memberships and sign-in."""

    name = "cortex.identity"
    label = "identity"
    verbose_name = "People and access"

    def ready(self) -> None:
        """Give every request, task and command a memory of who belongs where; register kinds of proposals."""
        from cortex.identity import help_kinds, platform_role_kinds
        from cortex.identity.known_devices import KEPT_FOR, forget_old_devices
        from cortex.identity.logged import declare_logged
        from cortex.identity.standing import Standing
        from cortex.identity.subject_kind import register_subjects
        from cortex.ports import registry
        from cortex.ports.retention import RetainedData, retained

        registry.provide(Standing, Standing, lifetime="scope")
        platform_role_kinds.register_kinds()
        help_kinds.register_kinds()
        register_subjects()
        declare_logged()
        import_module("cortex.identity.waiting_verbs")
        retained(
            RetainedData(
                name="identity.known_device",
                title="Devices from which people signed in",
                read_action="identity.session.read",
                fixed_days=KEPT_FOR.days,
                forget=forget_old_devices,
            )
        )
