# SPDX-License-Identifier: Apache-2.0
"""What was sent to endpoints: look at it, and send one delivery again."""

from uuid import UUID

from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.errors import Conflict, NotFound
from cortex.events.actions import CHANGE_WEBHOOKS, READ_WEBHOOKS, SENT
from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cortex.events.webhooks.policy_objects import delivery_as_resource
from cortex.policy.filters.visible import visible
from cortex.policy.objects import require_on
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ATTEMPTS_SHOWN_MAX = 100


class WebhookDeliveryMustExist(NotFound):
    """No such delivery in this company."""

    code = "events.webhook_delivery_must_exist"


class WebhookMustNotBeRemoved(Conflict):
    """The endpoint of the delivery was removed: nothing is sent there any more."""

    code = "events.webhook_must_not_be_removed"


@transactional
def list_deliveries(*, company_id: UUID, limit: int = 100) -> list[WebhookDelivery]:
    """Return the latest deliveries of a company, the newest first; call it inside its scope."""
    return list(WebhookDelivery.objects.filter(company_id=company_id).order_by("-created_at", "-id")[:limit])


def deliveries_of(*, company_id: UUID, endpoint_id: UUID) -> QuerySet[WebhookDelivery]:
    """Return the rows of an endpoint's deliveries."""
    return WebhookDelivery.objects.filter(company_id=company_id, endpoint_id=endpoint_id)


@transactional
def list_attempts(*, company_id: UUID, delivery_id: UUID) -> list[WebhookAttempt]:
    """Return the latest attempts of a delivery, the oldest of them first."""
    attempts = WebhookAttempt.objects.filter(company_id=company_id, delivery_id=delivery_id)
    return list(attempts.order_by("-attempted_at", "-id")[:ATTEMPTS_SHOWN_MAX])[::-1]


@transactional
def get_delivery(
    *,
    company_id: UUID,
    delivery_id: UUID,
    reader: Principal | None,
    endpoint_id: UUID | None = None,
    for_update: bool = False,
) -> WebhookDelivery:
    """Return a delivery, of this endpoint where one is given.

    Raises: WebhookDeliveryMustExist, also for one that `reader` may not see.
    """
    rows = WebhookDelivery.objects.filter(company_id=company_id, id=delivery_id)
    if endpoint_id is not None:
        rows = rows.filter(endpoint_id=endpoint_id)
    if reader is not None:
        rows = visible(rows, principal=reader, action=READ_WEBHOOKS, company_id=company_id, entity_type=SENT)
    delivery = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if delivery is None:
        raise _missing(delivery_id)
    return delivery


@transactional
def resend(*, company_id: UUID, delivery_id: UUID, resent_by: Principal) -> WebhookDelivery:
    """Queue a delivery again, whatever became of it, with all its attempts before it.

    Raises: WebhookDeliveryMustExist, WebhookMustNotBeRemoved, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=resent_by, action=CHANGE_WEBHOOKS, company_id=company_id)
    delivery = get_delivery(company_id=company_id, delivery_id=delivery_id, reader=None, for_update=True)
    require_on(
        delivery_as_resource(delivery),
        principal=resent_by,
        action=CHANGE_WEBHOOKS,
        company_id=company_id,
        read_action=READ_WEBHOOKS,
        missing=_missing(delivery_id),
    )
    endpoints = WebhookEndpoint.objects.filter(company_id=company_id, id=delivery.endpoint_id)
    if endpoints.filter(removed_at__isnull=False).exists():
        raise WebhookMustNotBeRemoved(
            f"Webhook delivery {delivery_id}: its endpoint was removed, nothing is sent there.",
            evidence={"object": str(delivery_id), "got": "a removed endpoint"},
        )
    delivery.state, delivery.attempts = WebhookDelivery.State.QUEUED, 0
    delivery.due_at = get(Clock).now()
    WebhookDelivery.objects.filter(company_id=company_id, id=delivery_id).update(
        state=delivery.state, attempts=delivery.attempts, due_at=delivery.due_at
    )
    record = AuditRecord(
        verb=CHANGE_WEBHOOKS,
        object_type="events.webhook_delivery",
        object_id=delivery_id,
        details={"change": "resent"},
    )
    get(AuditLog).append(company_id=company_id, actor=resent_by, records=[record])
    return delivery


def _missing(delivery_id: UUID) -> WebhookDeliveryMustExist:
    return WebhookDeliveryMustExist(
        f"Webhook delivery {delivery_id}: expected one of this company, got none.",
        evidence={"object": str(delivery_id)},
    )
