# SPDX-License-Identifier: Apache-2.0
"""Django's description of the database room."""

from typing import Any

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Owns what the whole database shares: the cluster's identity and stored commit positions."""

    name = "cortex.database"
    label = "database"
    verbose_name = "Database"

    def ready(self) -> None:
        """Register the check of roles, and stop a worker that would run as a powerful one."""
        from celery.signals import worker_init

        from cortex.database.checks import refuse_powerful_role

        def refuse(**_signal: Any) -> None:
            refuse_powerful_role()

        worker_init.connect(refuse, weak=False)
