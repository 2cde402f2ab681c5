# SPDX-License-Identifier: Apache-2.0
"""Proposals as policies see them, one by one and in lists, and which of them somebody sees."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cortex.approvals.actions import PROPOSAL, READ
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.policy.filters.visible import visible
from cortex.ports.principal import Principal

_COLUMNS = EntityColumns(
    PROPOSAL,
    actions=frozenset({READ}),
    id=Column("id", stored=exact_uuid),
    attributes={
        "company": Column("company_id", "Cortex::Company", is_nullable=True, stored=exact_uuid),
        "proposed_by": Column("proposer_user_id", "Cortex::User", is_nullable=True, stored=exact_uuid),
        "action": Column("action"),
        "amount_minor": Column("amount_minor", is_nullable=True),
    },
)


def register_objects() -> None:
    """Register how the attributes of the kernel's schema are read."""
    register_columns(_COLUMNS)
    load_entities_with(PROPOSAL, _attributes)


def seen_by(
    rows: QuerySet[Proposal], *, reader: Principal | None, company_id: UUID | None
) -> QuerySet[Proposal]:
    """Return those that the reader may see; None where a service reads for its own verb.

    Whoever looks at the platform's proposals sees all of them.
    """
    if reader is None or company_id is None:
        return rows
    return visible(rows, principal=reader, action=READ, company_id=company_id, entity_type=PROPOSAL)


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = Proposal.objects.filter(Q(company_id=company_id), id=object_id).first()
    return None if found is None else found.resource().attributes
