# SPDX-License-Identifier: Apache-2.0
"""Writes a row for each note. Nothing but the inbox keeps a second row out."""

from django.db import connection

from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import subscriber


@subscriber("testing.counter", event_types=["testing.note.written.v1"])
def count(event: ReceivedEvent) -> None:
    """Count the note."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO testing_effect (notebook, number) VALUES (%s, %s)",
            [event.aggregate_id, event.data["number"]],
        )
