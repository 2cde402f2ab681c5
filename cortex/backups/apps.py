# SPDX-License-Identifier: Apache-2.0
"""Wires the backups room."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Owns backups of the whole database and the comparison after a restore."""

    name = "cortex.backups"
    label = "backups"
    verbose_name = "Backups"

    def ready(self) -> None:
        """Declare what can be done."""
        from cortex.backups.actions import declare_actions

        declare_actions()
