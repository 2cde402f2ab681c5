# SPDX-License-Identifier: Apache-2.0
"""Django's description of the database room."""

from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class DatabaseConfig(AppConfig):
    """Owns what the whole database shares: the cluster's identity and stored commit positions."""

    name = "cortex.database"
    label = "database"
    verbose_name = "Database"

    def ready(self) -> None:
        """Register the check of roles, and stop what would run as a powerful one."""
        from celery.signals import beat_init, worker_init
        from django.db.backends.signals import connection_created

        from cortex.database.checks import refuse_powerful_role, refuse_powerful_session

        def refuse(**_signal: Any) -> None:
            try:
                refuse_powerful_role()
            except ImproperlyConfigured as error:
                # Celery goes on after any other exception of a receiver.
                raise SystemExit(str(error)) from error

        connection_created.connect(refuse_powerful_session, dispatch_uid="cortex.database.roles")
        worker_init.connect(refuse, weak=False)
        beat_init.connect(refuse, weak=False)
