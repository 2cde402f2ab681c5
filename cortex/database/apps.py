# SPDX-License-Identifier: Apache-2.0
"""Django's description of the database room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Owns what the whole database shares: the cluster's identity and stored commit positions."""

    name = "cortex.database"
    label = "database"
    verbose_name = "Database"

    def ready(self) -> None:
        """Register the check of roles, and judge every connection; importing declares the hooks, too."""
        from django.db.backends.signals import connection_created

        from cortex.database import missing_migrations  # noqa: F401 - declares its hook
        from cortex.database.checks import refuse_powerful_session

        connection_created.connect(refuse_powerful_session, dispatch_uid="cortex.database.roles")
