# SPDX-License-Identifier: Apache-2.0
"""Writes a row for each event: the least that a subscriber of a context does."""

from django.db import connection

from bench.events.publishing import Measured
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import subscriber

NAME = "bench.counter"


@subscriber(NAME, event_types=[Measured.event_type])
def note(event: ReceivedEvent) -> None:
    """Note the event's number and the time."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_effect (number) VALUES (%s)", [event.data["number"]])
