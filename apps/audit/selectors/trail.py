# SPDX-License-Identifier: Apache-2.0
"""What was done to one record, and the decisions of the policies behind it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters
from apps.audit.domain.policy_names import READ, READ_BUNDLES
from apps.audit.selectors.search import leaves_of_all, leaves_of_company
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.policy.policy_actions import READ_DECISIONS
from cortex.ports.audit_log import AuditLeaf, LeafDecision
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# A yes to a change is written by the transaction of the change, just before it commits: both rows name that
# transaction. `xmin` has the lower half of its number, which comes again after four thousand million others,
# so that the ids, which begin with their time, narrow it to the minutes around the leaf. Each leaf looks for
# itself (OFFSET 0): a join is planned as a walk over all decisions, of which there are ever more.
_ID = "rpad(lpad(to_hex((extract(epoch FROM entry.recorded_at) * 1000)::bigint {}), 12, '0'), 32, '0')::uuid"
_DECISIONS = """
SELECT DISTINCT ON (entry.leaf_id) entry.leaf_id, made.id, made.action, made.policy_ids, made.version,
       made.is_break_glass
  FROM audit_entry entry
 CROSS JOIN LATERAL (
  SELECT id, action, policy_ids, version, is_break_glass FROM policy_decision
   WHERE company_id {same} entry.company_id AND principal = entry.actor AND is_allowed
     AND id BETWEEN {lower} AND {upper}
     AND xmin::text::numeric = mod(entry.recorded_xid::text::numeric, 4294967296) OFFSET 0) made
 WHERE {here}entry.leaf_id = ANY(%s) AND entry.cluster_epoch = cortex_cluster_epoch()
 ORDER BY entry.leaf_id, made.action = entry.verb DESC, made.id
"""
_AROUND = {"lower": _ID.format("- 60000"), "upper": _ID.format("+ 600000")}
_OF_COMPANY = _DECISIONS.format(same="=", here="entry.company_id = %s AND ", **_AROUND)
_OF_ALL = _DECISIONS.format(same="IS NOT DISTINCT FROM", here="", **_AROUND)


class StoredTrail:
    """Reads both logs: of a company in scope as the application, of all under the service role."""

    def of_object(
        self, *, company_id: UUID | None, object_id: UUID, reader: Principal, limit: int
    ) -> list[AuditLeaf]:
        """Return the newest leaves of the object, nothing for whoever may not read the log."""
        filters = LeafFilters(object_id=object_id, with_looks=False)
        if company_id is None:
            may = _may(reader, READ_BUNDLES, None)
            found = leaves_of_all(reader=reader, filters=filters, limit=limit) if may else []
            return [_leaf(each) for each in found]
        is_watcher = _may(reader, READ, company_id)
        if not is_watcher and not _may(reader, READ_BUNDLES, None):
            return []
        found = leaves_of_company(
            company_id=company_id, reader=reader if is_watcher else None, filters=filters, limit=limit
        )
        return [_leaf(each) for each in found]

    def decisions_of(
        self, *, company_id: UUID | None, leaf_ids: Sequence[UUID], reader: Principal
    ) -> Mapping[UUID, LeafDecision]:
        """Return the decision behind each leaf that has one, nothing for whoever may not read decisions."""
        if not leaf_ids or not (_may(reader, READ_DECISIONS, company_id) or _may(reader, READ_BUNDLES, None)):
            return {}
        if company_id is None:
            return _decisions_of_all(leaf_ids)
        return _decisions(company_id, leaf_ids)


def _may(reader: Principal, action: str, company_id: UUID | None) -> bool:
    return get(Authorizer).decide(principal=reader, action=action, company_id=company_id).is_allowed


@transactional
def _decisions(company_id: UUID, leaf_ids: Sequence[UUID]) -> dict[UUID, LeafDecision]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_COMPANY, [company_id, list(leaf_ids)])
        return dict(map(_decision, cursor.fetchall()))


def _decisions_of_all(leaf_ids: Sequence[UUID]) -> dict[UUID, LeafDecision]:
    with service_transaction() as cursor:
        cursor.execute(_OF_ALL, [list(leaf_ids)])
        return dict(map(_decision, cursor.fetchall()))


def _decision(row: Sequence[Any]) -> tuple[UUID, LeafDecision]:
    return row[0], LeafDecision(
        decision_id=row[1],
        action=row[2],
        policy_ids=tuple(row[3]),
        version=row[4],
        is_break_glass=row[5],
    )


def _leaf(found: FoundLeaf) -> AuditLeaf:
    return AuditLeaf(
        leaf_id=found.leaf_id,
        verb=found.verb,
        actor=found.actor,
        recorded_at=found.recorded_at,
        leaf_hash=found.leaf_hash,
        body=found.body,
        digest=found.digest,
        before=found.digest_before,
        leaf_index=found.leaf_index,
    )
