# SPDX-License-Identifier: Apache-2.0
"""Django's description of the database room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Owns what the whole database shares: the cluster's identity and stored commit positions."""

    name = "cortex.database"
    label = "database"
    verbose_name = "Database"
