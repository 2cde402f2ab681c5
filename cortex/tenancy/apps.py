# SPDX-License-Identifier: Apache-2.0
"""Django's description of the tenancy room."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Owns companies."""

    name = "cortex.tenancy"
    label = "tenancy"
    verbose_name = "Companies"

    def ready(self) -> None:
        """Show companies to the comparison of rows with their leaves."""
        from cortex.tenancy.logged import declare_logged

        declare_logged()
