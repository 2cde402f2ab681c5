# SPDX-License-Identifier: Apache-2.0
"""Django's description of the identity room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Owns users, memberships and sign-in."""

    name = "cortex.identity"
    label = "identity"
    verbose_name = "People and access"

    def ready(self) -> None:
        """Give every request, task and command a memory of who belongs where; register kinds of proposals."""
        from cortex.identity.platform_role_kinds import register_kinds
        from cortex.identity.standing import Standing
        from cortex.ports import registry

        registry.provide(Standing, Standing, lifetime="scope")
        register_kinds()
