# SPDX-License-Identifier: Apache-2.0
"""The subscriber `webhooks`: one delivery for each endpoint that wants the event, once.

It only writes rows: nobody's server is spoken to inside a transaction.
"""

from django.db import connection

from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import EVERY_EVENT, subscriber
from cortex.ports.asking import asks_nothing

# Nothing sorts by these ids, so they may be random: one statement, however many endpoints.
_QUEUE = """
INSERT INTO events_webhook_delivery (id, company_id, endpoint_id, event_id, state, attempts, due_at)
SELECT gen_random_uuid(), company_id, id, %s, 'queued', 0, clock_timestamp()
  FROM events_webhook_endpoint
 WHERE company_id = %s AND is_active AND (%s = ANY (event_types) OR %s = ANY (event_types))
ON CONFLICT (company_id, endpoint_id, event_id) DO NOTHING
"""


@subscriber("webhooks", event_types=[EVERY_EVENT])
@asks_nothing("it queues what endpoints take that somebody was let set up")
def queue_deliveries(event: ReceivedEvent) -> None:
    """Queue the event for every active endpoint of its company that asked for its type."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [event.id, event.company_id, EVERY_EVENT, event.event_type])
