# SPDX-License-Identifier: Apache-2.0
"""Wires the events room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """Owns the outbox, the relay, the inboxes and the webhooks."""

    name = "cortex.events"
    label = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        """Bind the buses of publishers and of the relay; load who subscribes, here and in every context."""
        from cortex.container.providers.registry import providers
        from cortex.events import policy_objects as held
        from cortex.events.actions import declare_actions
        from cortex.events.bus import Bus
        from cortex.events.bus.chosen import bus_provider, chosen_bus
        from cortex.events.outbox import OutboxEventBus
        from cortex.events.webhooks import policy_objects as webhooks
        from cortex.events.webhooks.logged import declare_logged
        from cortex.ports import registry
        from cortex.ports.event_bus import EventBus

        registry.provide(EventBus, OutboxEventBus)
        providers.register(bus_provider())
        registry.provide(Bus, chosen_bus)
        declare_actions()
        held.register_objects()
        webhooks.register_objects()
        declare_logged()
        import_module("cortex.events.webhooks.queueing")
        import_module("cortex.events.waiting_verbs")
        autodiscover_modules("subscribers")
