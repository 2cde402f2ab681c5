# SPDX-License-Identifier: Apache-2.0
"""Wires the events room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Owns the outbox."""

    name = "cortex.events"
    label = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        """Bind the bus that contexts publish on."""
        from cortex.events.outbox import OutboxEventBus
        from cortex.ports import registry
        from cortex.ports.event_bus import EventBus

        registry.bind(EventBus, OutboxEventBus())
