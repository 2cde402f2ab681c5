# SPDX-License-Identifier: Apache-2.0
"""What was done to a row, below its page: the newest leaves of the audit log, for whoever may read them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from cortex.identity.actor_names import names_of_actors
from cortex.identity.principals import principal_of
from cortex.ports.audit_log import AuditLeaf, AuditTrail, LeafDecision
from cortex.ports.registry import get

TEMPLATE = "admin/audit_trail.html"
LEAVES_MAX = 20


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A leaf with the name of its actor, and the decision that let it through."""

    leaf: AuditLeaf
    who: str
    decision: LeafDecision | None


def trail_of(request: HttpRequest, row: Any, *, object_id: Any) -> dict[str, Any]:
    """Return what the template of the trail shows of a row; one that no leaf can name has none."""
    if not isinstance(object_id, UUID):
        return {}
    return {
        "trail_object": object_id,
        "may_read_log": _may_read_log(request),
        "trail": _rows(request, getattr(row, "company_id", None), object_id),
    }


def _may_read_log(request: HttpRequest) -> bool:
    log = admin.site.get_model_admin(apps.get_model("audit", "auditentry"))
    return bool(log.has_view_permission(request))


def _rows(request: HttpRequest, company_id: UUID | None, object_id: UUID) -> list[TrailRow]:
    reader = principal_of(request)
    trail = get(AuditTrail)
    leaves = trail.of_object(company_id=company_id, object_id=object_id, reader=reader, limit=LEAVES_MAX)
    decisions = trail.decisions_of(
        company_id=company_id, leaf_ids=[leaf.leaf_id for leaf in leaves], reader=reader
    )
    names = names_of_actors(urns=[leaf.actor for leaf in leaves])
    return [TrailRow(leaf, names[leaf.actor], decisions.get(leaf.leaf_id)) for leaf in leaves]
