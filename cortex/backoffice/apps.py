# SPDX-License-Identifier: Apache-2.0
"""Wires the administration."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Owns no rows; shows those of the other rooms."""

    name = "cortex.backoffice"
    label = "backoffice"
    verbose_name = "Administration"

    def ready(self) -> None:
        """Declare who may see the pages that belong to no other room."""
        from cortex.backoffice.actions import declare_actions

        declare_actions()
