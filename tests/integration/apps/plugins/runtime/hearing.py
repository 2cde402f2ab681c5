# SPDX-License-Identifier: Apache-2.0
"""Post into the scene's books, and let the plugin hear of it."""

from django.db import connection

from apps.plugins.services.queue_event import queue_event
from apps.plugins.services.run_queued import run_queued
from cortex.database.transactions import transactional
from cortex.events.received import ReceivedEvent, read_envelope
from cortex.tenancy import scope
from tests.integration.apps.plugins.runtime.conftest import Scene

POSTED = "accounting.journal_entry.posted.v1"


@transactional
def newest(event_type: str) -> ReceivedEvent:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT envelope FROM events_outbox_event WHERE event_type = %s ORDER BY position DESC LIMIT 1",
            [event_type],
        )
        return read_envelope(bytes(cursor.fetchone()[0]))


def posted(scene: Scene) -> ReceivedEvent:
    scene.books.post()
    with scene.books.entered():
        return newest(POSTED)


def hear(scene: Scene, event: ReceivedEvent) -> int:
    """Queue the event and carry out what waits; return how many runs there were."""
    with scope([scene.books.company_id]):
        queued = queue_event(event=event)
    carry_out(scene)
    return queued


def carry_out(scene: Scene) -> None:
    for run in scene.plugin.runs:
        run_queued(company_id=scene.books.company_id, run_id=run.id)
