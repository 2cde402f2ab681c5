# SPDX-License-Identifier: Apache-2.0
"""Wires the schemas room."""

from django.apps import AppConfig


class SchemasConfig(AppConfig):
    """Owns subjects and their versions."""

    name = "cortex.schemas"
    label = "schemas"
    verbose_name = "Schemas"

    def ready(self) -> None:
        """Declare who may do what."""
        from cortex.schemas.actions import declare_actions

        declare_actions()
