# SPDX-License-Identifier: Apache-2.0
"""Deliveries on hold as policies see them, one by one and in lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.events.actions import HELD, READ
from cortex.events.models import HeldDelivery
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.ports.authorizer import Resource

_COMPANY = "Cortex::Company"
_COLUMNS = EntityColumns(
    HELD,
    actions=frozenset({READ}),
    id=Column("id", stored=exact_uuid),
    attributes={
        "company": Column("company_id", _COMPANY, stored=exact_uuid),
        **{name: Column(name) for name in ("subscriber", "state", "attempts")},
    },
)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_COLUMNS)
    load_entities_with(HELD, _attributes)


def held_as_resource(held: HeldDelivery) -> Resource:
    """Return a delivery on hold as policies see it."""
    attributes = {"subscriber": held.subscriber, "state": held.state, "attempts": held.attempts}
    company = Resource(_COMPANY, str(held.company_id))
    return Resource(HELD, str(held.id), {"company": company, **attributes})


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    rows = HeldDelivery.objects.filter(id=object_id)
    held = rows.filter(company_id=company_id).first() if company_id else None
    return None if held is None else held_as_resource(held).attributes
