# SPDX-License-Identifier: Apache-2.0
"""Leaves by their ids with their places in the log: those that somebody may see, and those of all."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.audit.domain.archive.single_documents import PlacedLeaf
from apps.audit.domain.errors import LeafMustExist, LogMustCoverIt
from apps.audit.domain.policy_names import ENTRY, READ
from apps.audit.models import AuditEntry, LogLeaf
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.policy.filters.visible import visible
from cortex.ports.principal import Principal

_SERVICE = "service"
_REMEDY = "take its id from the log, as you may read it"
_WAIT = "wait some seconds; if it stays, see runbooks/log-does-not-advance.md"


@transactional
def company_leaves_seen(*, company_id: UUID, leaf_ids: Sequence[UUID], reader: Principal) -> list[PlacedLeaf]:
    """Return the leaves, each of which the reader may see, of a company in scope.

    Raises: LeafMustExist, the same for a hidden one as for none, and LogMustCoverIt.
    """
    rows = AuditEntry.objects.filter(company_id=company_id)
    seen = visible(rows, principal=reader, action=READ, company_id=company_id, entity_type=ENTRY)
    return _placed(seen, leaf_ids)


def leaves_of_all_by_id(*, leaf_ids: Sequence[UUID]) -> list[PlacedLeaf]:
    """Return the leaves, of whichever company and of none; raises LeafMustExist, LogMustCoverIt."""
    with service_transaction():
        return _placed(AuditEntry.objects.using(_SERVICE), leaf_ids)


def platform_leaf(*, verb: str, object_id: UUID) -> PlacedLeaf:
    """Return the first leaf of the platform of this verb and object; raises LeafMustExist, LogMustCoverIt."""
    with service_transaction():
        rows = AuditEntry.objects.using(_SERVICE).filter(
            company_id__isnull=True, verb=verb, object_id=object_id
        )
        first = rows.order_by("id").first()
        return _placed(rows, [object_id if first is None else first.leaf_id])[0]


def company_of_leaf(*, leaf_id: UUID) -> UUID | None:
    """Return whose leaf it is, None of the platform's."""
    with service_transaction():
        rows = AuditEntry.objects.using(_SERVICE).filter(leaf_id=leaf_id)
        return rows.values_list("company_id", flat=True).first()


def not_in_a_signed_tree(*, leaf_id: UUID, got: str) -> LogMustCoverIt:
    """Return the error that says that no signed tree holds the leaf yet."""
    return LogMustCoverIt(
        f"Leaf {leaf_id}: expected a place in a signed tree, got {got}: {_WAIT}.",
        evidence={
            "object": str(leaf_id),
            "expected": "a place in a signed tree",
            "got": got,
            "remedy": _WAIT,
        },
    )


def _placed(rows: QuerySet[AuditEntry], leaf_ids: Sequence[UUID]) -> list[PlacedLeaf]:
    found = {entry.leaf_id: entry for entry in rows.filter(leaf_id__in=leaf_ids)}
    for leaf_id in leaf_ids:
        if leaf_id not in found:
            raise LeafMustExist(
                f"Leaf {leaf_id}: expected one that you may see, got none: {_REMEDY}.",
                evidence={"object": str(leaf_id), "expected": "a leaf", "got": None, "remedy": _REMEDY},
            )
    leaves = LogLeaf.objects.using(rows.db).filter(entry_id__in=[entry.id for entry in found.values()])
    places = dict(leaves.values_list("entry_id", "leaf_index"))
    return [_leaf(entry, places.get(entry.id)) for entry in found.values()]


def _leaf(entry: AuditEntry, leaf_index: int | None) -> PlacedLeaf:
    if leaf_index is None:
        raise not_in_a_signed_tree(leaf_id=entry.leaf_id, got="none yet")
    return PlacedLeaf(entry.leaf_id, leaf_index, bytes(entry.body))
