# SPDX-License-Identifier: Apache-2.0
"""Wires the room of emergency access."""

from importlib import import_module

from django.apps import AppConfig


class BreakGlassConfig(AppConfig):
    """Owns access that somebody opened in an emergency."""

    name = "cortex.break_glass"
    label = "break_glass"
    verbose_name = "Emergency access"

    def ready(self) -> None:
        """Declare who may open what, bind the port, and load the events."""
        from cortex.break_glass.actions import declare_actions
        from cortex.break_glass.logged import declare_logged
        from cortex.break_glass.stored import StoredEmergencyAccess
        from cortex.ports import registry
        from cortex.ports.emergency_access import EmergencyAccess

        declare_actions()
        declare_logged()
        registry.bind(EmergencyAccess, StoredEmergencyAccess())
        import_module("cortex.break_glass.published")
