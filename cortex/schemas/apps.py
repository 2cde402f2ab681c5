# SPDX-License-Identifier: Apache-2.0
"""Wires the schemas room."""

from django.apps import AppConfig


class SchemasConfig(AppConfig):
    """Owns subjects and their versions."""

    name = "cortex.schemas"
    label = "schemas"
    verbose_name = "Schemas"

    def ready(self) -> None:
        """Declare who may do what; register the check of events and what is done after `migrate`."""
        from cortex.database.after_migrating import after_migrating
        from cortex.schemas import checks  # noqa: F401 - registers its check and its hook
        from cortex.schemas.actions import declare_actions
        from cortex.schemas.event_registration import register_events
        from cortex.schemas.logged import declare_logged

        declare_actions()
        declare_logged()
        after_migrating(name="schemas.events", step=register_events)
