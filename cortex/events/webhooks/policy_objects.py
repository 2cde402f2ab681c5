# SPDX-License-Identifier: Apache-2.0
"""Webhooks and what is sent to them as policies see them, one by one and in lists."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model

from cortex.database.transactions import transactional
from cortex.events.actions import ENDPOINT, READ_WEBHOOKS, SENT
from cortex.events.webhooks.models import WebhookDelivery, WebhookEndpoint
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.ports.authorizer import Resource

_COMPANY = "Cortex::Company"
_ID = Column("id", stored=exact_uuid)
_OF_COMPANY = Column("company_id", _COMPANY, stored=exact_uuid)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_endpoints(), _sent())
    load_entities_with(ENDPOINT, _reading(WebhookEndpoint, endpoint_as_resource))
    load_entities_with(SENT, _reading(WebhookDelivery, delivery_as_resource))


def endpoint_as_resource(endpoint: WebhookEndpoint) -> Resource:
    """Return an endpoint as policies see it."""
    attributes = {
        "url": endpoint.url,
        "is_active": endpoint.is_active,
        "event_types": list(endpoint.event_types),
    }
    return Resource(ENDPOINT, str(endpoint.id), {"company": _company(endpoint), **attributes})


def delivery_as_resource(delivery: WebhookDelivery) -> Resource:
    """Return a delivery to an endpoint as policies see it."""
    attributes = {
        "endpoint": endpoint_as_resource(delivery.endpoint),
        "state": delivery.state,
        "attempts": delivery.attempts,
    }
    return Resource(SENT, str(delivery.id), {"company": _company(delivery), **attributes})


def _company(row: Any) -> Resource:
    return Resource(_COMPANY, str(row.company_id))


def _endpoint_columns(prefix: str) -> dict[str, Column]:
    return {
        "url": Column(f"{prefix}url"),
        "is_active": Column(f"{prefix}is_active"),
        "event_types": Column(f"{prefix}event_types", is_set=True),
    }


def _endpoints() -> EntityColumns:
    attributes = {"company": _OF_COMPANY, **_endpoint_columns("")}
    return EntityColumns(ENDPOINT, actions=frozenset({READ_WEBHOOKS}), id=_ID, attributes=attributes)


def _sent() -> EntityColumns:
    endpoint = {f"endpoint.{name}": column for name, column in _endpoint_columns("endpoint__").items()}
    return EntityColumns(
        SENT,
        actions=frozenset({READ_WEBHOOKS}),
        id=_ID,
        attributes={
            "company": _OF_COMPANY,
            "endpoint": Column("endpoint_id", ENDPOINT, stored=exact_uuid),
            "state": Column("state"),
            "attempts": Column("attempts"),
            **endpoint,
        },
    )


def _reading(
    model: type[Model], described: Callable[[Any], Resource]
) -> Callable[[UUID | None, str], Mapping[str, Any] | None]:
    @transactional
    def read(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
        row = model._default_manager.filter(company_id=company_id, id=object_id).first()
        return None if row is None else described(row).attributes

    return read
