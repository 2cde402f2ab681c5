# SPDX-License-Identifier: Apache-2.0
"""Send what is due to one endpoint, note each attempt, and stop sending to a receiver that always fails.

An attempt is noted after the answer: a sender that dies in between sends again under the same
`webhook-id`, by which the receiver drops the second copy.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.events.inbox import require_lease
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease
from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cortex.events.webhooks.request import Answer, post
from cortex.events.webhooks.signatures import signed_headers
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy import scope

# Source: Standard Webhooks, "Retry schedule": from seconds to a day.
RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
ROWS_PER_READING = 50
GONE = 410


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A queued delivery with the event's envelope, which is the body."""

    id: UUID
    event_id: UUID
    attempts: int
    envelope: bytes


def endpoints_with_work() -> list[tuple[UUID, UUID]]:
    """Return (company id, endpoint id) wherever something is due, in all companies."""
    with service_transaction() as cursor:
        cursor.execute(
            "SELECT DISTINCT delivery.company_id, delivery.endpoint_id FROM events_webhook_delivery delivery"
            " JOIN events_webhook_endpoint endpoint ON endpoint.company_id = delivery.company_id"
            " AND endpoint.id = delivery.endpoint_id AND endpoint.is_active"
            " WHERE delivery.state = 'queued' AND delivery.due_at <= clock_timestamp()"
        )
        return list(cursor.fetchall())


def send_due(*, company_id: UUID, endpoint_id: UUID, seconds: float = 20.0) -> int:
    """Send until nothing is due, the endpoint fails or the time is over; return how many were accepted.

    Raises: LeaseMustBeHeld, DatabaseMustBeReachable.
    """
    lease = claim_lease(name=f"webhook:{endpoint_id}")
    if lease is None:
        return 0
    deadline, accepted = time.monotonic() + seconds, 0
    try:
        with scope([company_id]):
            while time.monotonic() < deadline and (batch := _due(company_id, endpoint_id)):
                for endpoint, delivery in batch:
                    keep_lease(lease)
                    if time.monotonic() > deadline or not _send(endpoint, delivery, lease):
                        return accepted
                    accepted += 1
        return accepted
    finally:
        release_lease(lease)


@transactional
def _due(company_id: UUID, endpoint_id: UUID) -> list[tuple[WebhookEndpoint, DueDelivery]]:
    endpoint = WebhookEndpoint.objects.filter(company_id=company_id, id=endpoint_id, is_active=True).first()
    if endpoint is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT delivery.id, event.id, delivery.attempts, event.envelope"
            " FROM events_webhook_delivery delivery"
            " JOIN events_outbox_event event ON event.company_id = delivery.company_id"
            " AND event.id = delivery.event_id WHERE delivery.company_id = %s AND delivery.endpoint_id = %s"
            " AND delivery.state = 'queued' AND delivery.due_at <= clock_timestamp()"
            " ORDER BY event.position LIMIT %s",
            [company_id, endpoint_id, ROWS_PER_READING],
        )
        return [(endpoint, DueDelivery(*row)) for row in cursor.fetchall()]


def _send(endpoint: WebhookEndpoint, delivery: DueDelivery, lease: Lease) -> bool:
    at, body = get(Clock).now(), bytes(delivery.envelope)
    headers = signed_headers(endpoint=endpoint, event_id=delivery.event_id, body=body, at=at)
    answer = post(url=endpoint.url, body=body, headers=headers)
    _note(endpoint, delivery, answer, at, lease)
    return answer.is_accepted


@transactional
def _note(
    endpoint: WebhookEndpoint, delivery: DueDelivery, answer: Answer, at: datetime, lease: Lease
) -> None:
    require_lease(lease)
    company_id = endpoint.company_id
    WebhookAttempt(
        company_id=company_id,
        delivery_id=delivery.id,
        status=answer.status,
        error=answer.error,
        duration_ms=answer.duration_ms,
        attempted_at=at,
    ).save(force_insert=True)
    attempts = delivery.attempts + 1
    rows = WebhookDelivery.objects.filter(company_id=company_id, id=delivery.id)
    rows.update(attempts=attempts, **_after(answer, attempts))
    endpoints = WebhookEndpoint.objects.filter(company_id=company_id, id=endpoint.id)
    if answer.is_accepted:
        endpoints.exclude(failures_in_a_row=0).update(failures_in_a_row=0)
        return
    current = endpoints.select_for_update().get()
    endpoints.update(failures_in_a_row=current.failures_in_a_row + 1)
    if answer.status == GONE or current.failures_in_a_row + 1 >= settings.WEBHOOK_FAILURES_MAX:
        reason = (
            f"{current.failures_in_a_row + 1} failures in a row, the last: {answer.status or answer.error}"
        )
        endpoints.update(is_active=False, disabled_reason=reason[:200])


def _after(answer: Answer, attempts: int) -> dict[str, object]:
    """Return state and due time after an answer."""
    if answer.is_accepted:
        return {"state": WebhookDelivery.State.SENT}
    if attempts > len(RETRY_SECONDS):
        return {"state": WebhookDelivery.State.FAILED}
    return {"due_at": get(Clock).now() + timedelta(seconds=RETRY_SECONDS[attempts - 1])}
