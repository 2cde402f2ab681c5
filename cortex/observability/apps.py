# SPDX-License-Identifier: Apache-2.0
"""Wires the observability room."""

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """Owns logs, metrics, traces and health."""

    name = "cortex.observability"
    label = "observability"
    verbose_name = "Observability"

    def ready(self) -> None:
        """Declare what starts and ends with each process, and what is told about it."""
        from cortex.observability import boot_sections, hooks  # noqa: F401
