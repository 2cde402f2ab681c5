# SPDX-License-Identifier: Apache-2.0
"""Leaves by actor, object, verb and time, the newest first; each statement walks one index."""

from uuid import UUID

import orjson
from django.db.models import F, Q, QuerySet

from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters, LeafPlace
from apps.audit.domain.policy_names import ENTRY, READ, READ_BUNDLES
from apps.audit.models import AuditEntry, LogLeaf
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.policy.filters.visible import visible
from cortex.policy.looks import LOOKED_AT
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_SERVICE = "service"


@transactional
def leaves_of_company(
    *,
    company_id: UUID,
    reader: Principal | None,
    filters: LeafFilters,
    after: LeafPlace | None = None,
    limit: int,
) -> list[FoundLeaf]:
    """Return the newest leaves behind a place that the reader may see, of a company in scope.

    `reader` is None where somebody reads who may read the leaves of all.
    """
    rows = AuditEntry.objects.filter(company_id=company_id)
    if reader is not None:
        rows = visible(rows, principal=reader, action=READ, company_id=company_id, entity_type=ENTRY)
    return _found(narrowed(rows, filters=filters), after, limit)


def leaves_of_all(
    *,
    reader: Principal,
    filters: LeafFilters,
    company_code: str | None = None,
    after: LeafPlace | None = None,
    limit: int,
) -> list[FoundLeaf]:
    """Return the newest leaves of every company and of the platform; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=reader, action=READ_BUNDLES, company_id=None)
    with service_transaction():
        rows = AuditEntry.objects.using(_SERVICE)
        if company_code is not None:
            rows = rows.filter(company__code=company_code)
        return _found(narrowed(rows, filters=filters), after, limit)


def narrowed(rows: QuerySet[AuditEntry], *, filters: LeafFilters) -> QuerySet[AuditEntry]:
    """Return those of the rows that fit; a name that nobody has fits nothing."""
    wanted = Q()
    if filters.actor is not None:
        wanted &= Q(actor=_urn(filters.actor))
    if filters.object_id is not None:
        wanted &= Q(object_id=filters.object_id)
    if filters.verb is not None:
        wanted &= _verb(filters.verb)
    if filters.from_at is not None:
        wanted &= Q(recorded_at__gte=filters.from_at)
    if filters.before_at is not None:
        wanted &= Q(recorded_at__lt=filters.before_at)
    if not filters.with_looks:
        wanted &= ~Q(verb=LOOKED_AT)
    return rows.filter(wanted)


def _verb(verb: str) -> Q:
    if not verb.endswith("."):
        return Q(verb=verb)
    # All that begin so, as a range of the index: the column is sorted by bytes, and "/" follows ".".
    return Q(verb__gte=verb, verb__lt=f"{verb[:-1]}/")


def _urn(actor: str) -> str:
    if ":" in actor:
        return actor
    user_id = User.objects.filter(username=actor).values_list("id", flat=True).first()
    # The same question for a name that is there: no time tells who has an account.
    return f"user:{user_id or UUID(int=0)}"


def _found(rows: QuerySet[AuditEntry], after: LeafPlace | None, limit: int) -> list[FoundLeaf]:
    if after is not None:
        # The first condition alone is the index's range; the second leaves out those of the same instant.
        rows = rows.filter(recorded_at__lte=after.recorded_at).filter(
            Q(recorded_at__lt=after.recorded_at) | Q(id__lt=after.entry_id)
        )
    entries = list(rows.order_by(F("recorded_at").desc(), F("id").desc())[:limit])
    leaves = LogLeaf.objects.using(rows.db).filter(entry_id__in=[entry.id for entry in entries])
    indexes = dict(leaves.values_list("entry_id", "leaf_index"))
    return [_leaf(entry, indexes.get(entry.id)) for entry in entries]


def _leaf(entry: AuditEntry, leaf_index: int | None) -> FoundLeaf:
    body = bytes(entry.body)
    members = orjson.loads(body)
    return FoundLeaf(
        entry_id=entry.id,
        leaf_id=entry.leaf_id,
        company_id=entry.company_id,
        verb=entry.verb,
        actor=entry.actor,
        object_type=entry.object_type,
        object_id=entry.object_id,
        digest=members["digest"],
        digest_before=members.get("before"),
        recorded_at=entry.recorded_at,
        leaf_hash=bytes(entry.leaf_hash).hex(),
        leaf_index=leaf_index,
        body=body.decode(),
    )
