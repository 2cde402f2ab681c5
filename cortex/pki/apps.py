# SPDX-License-Identifier: Apache-2.0
"""Wires the room of the private authority."""

from django.apps import AppConfig


class PkiConfig(AppConfig):
    """Owns certificates of services, and how they are issued."""

    name = "cortex.pki"
    label = "pki"
    verbose_name = "Certificates"

    def ready(self) -> None:
        """Declare who may do what."""
        from cortex.pki.actions import declare_actions
        from cortex.pki.logged import declare_logged

        declare_actions()
        declare_logged()
