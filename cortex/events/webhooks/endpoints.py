# SPDX-License-Identifier: Apache-2.0
"""Create endpoints, change and remove them. Every change leaves a leaf in the audit log."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.errors import CortexError, NotFound
from cortex.events.actions import CHANGE_WEBHOOKS, ENDPOINT, READ_WEBHOOKS
from cortex.events.webhooks.addresses import parse_target
from cortex.events.webhooks.event_types import require_event_types
from cortex.events.webhooks.models import WebhookDelivery, WebhookEndpoint
from cortex.events.webhooks.policy_objects import endpoint_as_resource
from cortex.events.webhooks.signatures import endpoint_secret
from cortex.policy.filters.visible import visible
from cortex.policy.objects import require_on
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

EVENT_TYPES_MAX = 100
ENDPOINTS_MAX = 50
OBJECT_TYPE = "events.webhook_endpoint"


class WebhookMustExist(NotFound):
    """No such endpoint in this company."""

    code = "events.webhook_must_exist"


class WebhooksMustBeFew(CortexError):
    """An installation sends every event to every endpoint that wants it: their number is bounded."""

    code = "events.webhooks_must_be_few"


@transactional
def create_endpoint(
    *, company_id: UUID, url: str, event_types: Sequence[str], created_by: Principal, description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Create an active endpoint; return it with its secret, which the receiver needs to check signatures.

    Raises: WebhookUrlMustBeAllowed, EventTypeMustBeWellFormed, WebhooksMustBeFew, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=created_by, action=CHANGE_WEBHOOKS, company_id=company_id)
    parse_target(url)
    require_event_types(event_types)
    count = endpoints_of(company_id=company_id).count()
    if count >= ENDPOINTS_MAX or not 0 < len(event_types) <= EVENT_TYPES_MAX:
        raise WebhooksMustBeFew(
            f"Webhooks: expected at most {ENDPOINTS_MAX} endpoints with 1 to {EVENT_TYPES_MAX} event types.",
            evidence={"object": "webhook endpoints", "expected": ENDPOINTS_MAX, "got": count + 1},
        )
    endpoint = WebhookEndpoint(
        company_id=company_id,
        url=url,
        description=description[:200],
        event_types=sorted(set(event_types)),
        is_active=True,
        disabled_reason="",
        failures_in_a_row=0,
        secret_version=1,
        secret_changed_at=get(Clock).now(),
        created_at=get(Clock).now(),
    )
    endpoint.save(force_insert=True)
    _leave_leaf(endpoint, created_by, before=None, change="created", url=url)
    return endpoint, endpoint_secret(endpoint_id=endpoint.id, version=1)


@transactional
def rotate_secret(*, company_id: UUID, endpoint_id: UUID, rotated_by: Principal) -> str:
    """Return a new secret; the one before signs as well for another day."""
    endpoint = _changed(company_id, endpoint_id, rotated_by)
    before = endpoint_digest(endpoint)
    endpoint.secret_version += 1
    endpoint.secret_changed_at = get(Clock).now()
    _save(endpoint)
    _leave_leaf(endpoint, rotated_by, before=before, change="secret rotated")
    return endpoint_secret(endpoint_id=endpoint.id, version=endpoint.secret_version)


@transactional
def set_active(
    *, company_id: UUID, endpoint_id: UUID, is_active: bool, changed_by: Principal, reason: str = ""
) -> WebhookEndpoint:
    """Switch an endpoint on or off; what was queued meanwhile is sent when it is on again."""
    endpoint = _changed(company_id, endpoint_id, changed_by)
    before = endpoint_digest(endpoint)
    endpoint.is_active = is_active
    endpoint.disabled_reason = "" if is_active else (reason or "switched off")[:200]
    endpoint.failures_in_a_row = 0
    _save(endpoint)
    change = "activated" if is_active else "deactivated"
    _leave_leaf(endpoint, changed_by, before=before, change=change)
    return endpoint


@transactional
def remove_endpoint(*, company_id: UUID, endpoint_id: UUID, removed_by: Principal) -> None:
    """Send nothing to the endpoint any more, for good; what was sent there stays in the log."""
    endpoint = _changed(company_id, endpoint_id, removed_by)
    before, endpoint.removed_at = endpoint_digest(endpoint), get(Clock).now()
    WebhookEndpoint.objects.filter(company_id=company_id, id=endpoint_id).update(
        is_active=False, removed_at=endpoint.removed_at, disabled_reason="removed"
    )
    queued = WebhookDelivery.objects.filter(company_id=company_id, endpoint_id=endpoint_id)
    queued.filter(state=WebhookDelivery.State.QUEUED).update(state=WebhookDelivery.State.FAILED)
    _leave_leaf(endpoint, removed_by, before=before, change="removed")


@transactional
def list_endpoints(*, company_id: UUID) -> list[WebhookEndpoint]:
    """Return the endpoints of a company, the oldest first; call it inside its scope."""
    return list(endpoints_of(company_id=company_id).order_by("id"))


@transactional
def get_endpoint(*, company_id: UUID, endpoint_id: UUID, reader: Principal | None) -> WebhookEndpoint:
    """Return an endpoint; raises WebhookMustExist, also for one that `reader` may not see."""
    rows = endpoints_of(company_id=company_id)
    if reader is not None:
        rows = visible(
            rows, principal=reader, action=READ_WEBHOOKS, company_id=company_id, entity_type=ENDPOINT
        )
    return _found(rows, endpoint_id)


def endpoints_of(*, company_id: UUID) -> QuerySet[WebhookEndpoint]:
    """Return the rows of a company's endpoints that were not removed."""
    return WebhookEndpoint.objects.filter(company_id=company_id, removed_at__isnull=True)


def _found(endpoints: QuerySet[WebhookEndpoint], endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = endpoints.filter(id=endpoint_id).first()
    if endpoint is None:
        raise _missing(endpoint_id)
    return endpoint


def _missing(endpoint_id: UUID) -> WebhookMustExist:
    return WebhookMustExist(
        f"Webhook {endpoint_id}: expected an endpoint of this company, got none.",
        evidence={"object": str(endpoint_id)},
    )


def _changed(company_id: UUID, endpoint_id: UUID, principal: Principal) -> WebhookEndpoint:
    get(Authorizer).require(principal=principal, action=CHANGE_WEBHOOKS, company_id=company_id)
    endpoint = _found(endpoints_of(company_id=company_id).select_for_update(), endpoint_id)
    require_on(
        endpoint_as_resource(endpoint),
        principal=principal,
        action=CHANGE_WEBHOOKS,
        company_id=company_id,
        read_action=READ_WEBHOOKS,
        missing=_missing(endpoint_id),
    )
    return endpoint


def _save(endpoint: WebhookEndpoint) -> None:
    changed = ("is_active", "disabled_reason", "failures_in_a_row", "secret_version", "secret_changed_at")
    rows = WebhookEndpoint.objects.filter(company_id=endpoint.company_id, id=endpoint.id)
    rows.update(**{name: getattr(endpoint, name) for name in changed})


def endpoint_digest(endpoint: WebhookEndpoint) -> str:
    """Return the digest of where what is sent; failures switch an endpoint off, so that is no part of it."""
    content = {
        "url": endpoint.url,
        "event_types": sorted(endpoint.event_types),
        "secret_version": endpoint.secret_version,
        "is_removed": endpoint.removed_at is not None,
    }
    return canonical_digest(content)


def _leave_leaf(endpoint: WebhookEndpoint, actor: Principal, *, before: str | None, **details: str) -> None:
    record = AuditRecord(
        verb=CHANGE_WEBHOOKS,
        object_type=OBJECT_TYPE,
        object_id=endpoint.id,
        digest=endpoint_digest(endpoint),
        details=details,
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=endpoint.company_id, actor=actor, records=[record])
