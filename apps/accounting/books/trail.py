# SPDX-License-Identifier: Apache-2.0
"""The audit trail beside a record: part of the record for whoever may read that."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from apps.accounting.books.desk import Desk
from apps.audit.published import READ
from cortex.identity.actor_names import names_of_actors
from cortex.ports.audit_log import AuditLog, AuditTrail
from cortex.ports.registry import get

# A record that was changed more often shows its newest leaves, and where the others are.
SHOWN_MAX = 20


def trail_beside(
    desk: Desk, object_id: UUID, *, actors: Iterable[str] = (), verb: str = ""
) -> dict[str, Any]:
    """Return what the template beside a record shows, with the names of further actors of the page.

    With a verb it shows the leaves of that one: the id of a company is that of several objects.

    Decisions of the policies are there for those who may read them, the way into the log for its readers.
    """
    company_id = desk.company.id
    found = get(AuditLog).leaves_of(company_id=company_id, object_id=object_id)
    leaves = [leaf for leaf in found if verb in ("", leaf.verb)]
    shown = leaves[-SHOWN_MAX:]
    decisions = get(AuditTrail).decisions_of(
        company_id=company_id, leaf_ids=[leaf.leaf_id for leaf in shown], reader=desk.principal
    )
    sought = {"object": object_id, **({"verb": verb} if verb else {})}
    return {
        "leaves": [(leaf, decisions.get(leaf.leaf_id)) for leaf in shown],
        "more_leaves": len(leaves) - len(shown),
        "actors": names_of_actors(urns=[*actors, *(leaf.actor for leaf in shown)]),
        "trail_url": f"{desk.url('audit-log')}?{urlencode(sought)}" if desk.may(READ) else None,
    }
