# SPDX-License-Identifier: Apache-2.0
"""Wires the observability room."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    """Owns logs, metrics, traces and health."""

    name = "cortex.observability"
    label = "observability"
    verbose_name = "Observability"

    def ready(self) -> None:
        """Start tracing here, and anew in each worker process: its export thread does not survive a fork."""
        if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            # Its libraries take 0.4 s to import, which every command would pay for nothing.
            return
        from celery.signals import worker_process_init

        from cortex.observability.tracing import configure_from_settings

        def configure_worker(**_signal: Any) -> None:
            configure_from_settings()

        configure_from_settings()
        worker_process_init.connect(configure_worker, weak=False)
