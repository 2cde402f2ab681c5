# SPDX-License-Identifier: Apache-2.0
"""Leaves of the log as policies see them, one by one and in lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.audit.adapters.policy_entities import ENTRY, READ
from apps.audit.models import AuditEntry
from cortex.database.transactions import transactional
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.ports.authorizer import Resource

_COMPANY = "Cortex::Company"
_COLUMNS = EntityColumns(
    ENTRY,
    actions=frozenset({READ}),
    id=Column("leaf_id", stored=exact_uuid),
    attributes={
        "company": Column("company_id", _COMPANY, stored=exact_uuid),
        # The schema has ids as texts; the table has them as UUIDs.
        "object": Column("object_id", stored=exact_uuid),
    },
)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_COLUMNS)
    load_entities_with(ENTRY, _attributes)


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    row = AuditEntry.objects.filter(company_id=company_id, leaf_id=object_id).first() if company_id else None
    if row is None:
        return None
    return {"company": Resource(_COMPANY, str(row.company_id)), "object": str(row.object_id)}
