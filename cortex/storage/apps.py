# SPDX-License-Identifier: Apache-2.0
"""Wires the storage room."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """Owns stored files."""

    name = "cortex.storage"
    label = "storage"
    verbose_name = "Files"

    def ready(self) -> None:
        """Bind the storage that contexts put files into."""
        from cortex.container.providers.ports import STORAGE
        from cortex.container.providers.registry import providers
        from cortex.ports import registry
        from cortex.ports.storage import Storage
        from cortex.storage.database_storage import database_provider

        providers.register(database_provider())
        registry.bind(Storage, providers.find(STORAGE, versions=">=1,<2").adapter)
