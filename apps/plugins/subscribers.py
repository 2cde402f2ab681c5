# SPDX-License-Identifier: Apache-2.0
"""What plugins do when something has happened: each hears what it was installed for."""

from apps.plugins.services.queue_event import queue_event
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import EVERY_EVENT, subscriber
from cortex.ports.asking import asks_nothing


@subscriber("plugins.handlers", event_types=[EVERY_EVENT])
@asks_nothing("it queues what plugins hear that somebody was let install; each call asks for itself")
def queue_for_plugins(event: ReceivedEvent) -> None:
    """Queue the event for every enabled plugin of its company that hears its type."""
    queue_event(event=event)
