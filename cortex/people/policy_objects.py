# SPDX-License-Identifier: Apache-2.0
"""Memberships as policies see them, one by one and in lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.membership_changes import MEMBERSHIP, READ_MEMBERS
from cortex.identity.models import Membership
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.ports.authorizer import Resource

_COMPANY, _USER = "Cortex::Company", "Cortex::User"
_COLUMNS = EntityColumns(
    MEMBERSHIP,
    actions=frozenset({READ_MEMBERS}),
    id=Column("id", stored=exact_uuid),
    attributes={
        "company": Column("company_id", _COMPANY, stored=exact_uuid),
        "member": Column("user_id", _USER, stored=exact_uuid),
        "roles": Column("roles", is_set=True),
        "is_active": Column("user__is_active"),
    },
)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_COLUMNS)
    load_entities_with(MEMBERSHIP, _attributes)


def membership_as_resource(membership: Membership) -> Resource:
    """Return a membership as policies see it; the user is read with it."""
    attributes = {
        "company": Resource(_COMPANY, str(membership.company_id)),
        "member": Resource(_USER, str(membership.user_id)),
        "roles": list(membership.roles),
        "is_active": membership.user.is_active,
    }
    return Resource(MEMBERSHIP, str(membership.id), attributes)


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    rows = Membership.objects.select_related("user").filter(id=object_id)
    found = rows.filter(company_id=company_id).first() if company_id else None
    return None if found is None else membership_as_resource(found).attributes
