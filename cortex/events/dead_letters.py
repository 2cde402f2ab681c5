# SPDX-License-Identifier: Apache-2.0
"""Decide about deliveries on hold: have one tried again at once, or give it up.

Giving one up frees the later events of its aggregate, so both leave a leaf in the audit log.
"""

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.errors import CortexError, NotFound
from cortex.events.actions import DISCARD, READ, REPLAY
from cortex.events.models import HeldDelivery
from cortex.events.policy_objects import held_as_resource
from cortex.policy.objects import require_on
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "events.delivery"
REASON_LENGTH_MAX = 500


class HeldDeliveryMustExist(NotFound):
    """No such delivery is on hold: it may have succeeded meanwhile."""

    code = "events.held_delivery_must_exist"


class ReasonMustBeGiven(CortexError):
    """Giving up a delivery is a decision, which the log keeps with its reason."""

    code = "events.reason_must_be_given"


@transactional
def held_deliveries(*, company_id: UUID, limit: int = 1000) -> list[HeldDelivery]:
    """Return what is on hold in a company, the oldest event first; call it inside its scope."""
    return list(held_deliveries_of(company_id=company_id).order_by("position")[:limit])


def held_deliveries_of(*, company_id: UUID) -> QuerySet[HeldDelivery]:
    """Return the rows of what is on hold in a company."""
    return HeldDelivery.objects.filter(company_id=company_id)


@transactional
def retry_delivery(*, company_id: UUID, delivery_id: UUID, retried_by: Principal) -> None:
    """Let the delivery be tried at once, with all its attempts before it again.

    Raises: HeldDeliveryMustExist, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=retried_by, action=REPLAY, company_id=company_id)
    delivery = _locked(company_id, delivery_id, REPLAY, retried_by)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_held_delivery SET state = 'waiting', attempts = 0, due_at = clock_timestamp()"
            " WHERE company_id = %s AND id = %s",
            [company_id, delivery_id],
        )
    _leave_leaf(delivery, REPLAY, retried_by)


@transactional
def discard_delivery(*, company_id: UUID, delivery_id: UUID, reason: str, discarded_by: Principal) -> None:
    """Give the delivery up for good: the subscriber will never get this event, but those behind it.

    Raises: ReasonMustBeGiven, HeldDeliveryMustExist, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=discarded_by, action=DISCARD, company_id=company_id)
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        raise ReasonMustBeGiven(
            f"Reason: expected 1 to {REASON_LENGTH_MAX} characters, got {len(reason.strip())}.",
            evidence={"object": "reason", "expected": f"1 to {REASON_LENGTH_MAX} characters"},
        )
    delivery = _locked(company_id, delivery_id, DISCARD, discarded_by)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_inbox_entry (company_id, subscriber, event_id, outcome)"
            " VALUES (%s, %s, %s, 'discarded') ON CONFLICT DO NOTHING",
            [company_id, delivery.subscriber, delivery.event_id],
        )
        cursor.execute(
            "DELETE FROM events_held_delivery WHERE company_id = %s AND id = %s", [company_id, delivery_id]
        )
    _leave_leaf(delivery, DISCARD, discarded_by, reason=reason)


def _locked(company_id: UUID, delivery_id: UUID, action: str, principal: Principal) -> HeldDelivery:
    found = HeldDelivery.objects.select_for_update().filter(company_id=company_id, id=delivery_id).first()
    missing = HeldDeliveryMustExist(
        f"Delivery {delivery_id}: expected one on hold, got none. It may have succeeded meanwhile.",
        evidence={"object": str(delivery_id), "expected": "on hold", "got": "none"},
    )
    if found is None:
        raise missing
    require_on(
        held_as_resource(found),
        principal=principal,
        action=action,
        company_id=company_id,
        read_action=READ,
        missing=missing,
    )
    return found


def _leave_leaf(delivery: HeldDelivery, verb: str, actor: Principal, **details: str) -> None:
    given = {"subscriber": delivery.subscriber, **details}
    record = AuditRecord(verb=verb, object_type=OBJECT_TYPE, object_id=delivery.event_id, details=given)
    get(AuditLog).append(company_id=delivery.company_id, actor=actor, records=[record])
