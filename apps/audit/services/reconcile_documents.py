# SPDX-License-Identifier: Apache-2.0
"""Compare every posted document with its leaf, both ways, sums with documents, and rows that verbs change
with the newest leaves about them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import structlog

from apps.audit.adapters.document_leaves import document_leaves
from apps.audit.adapters.policy_entities import RECONCILE
from apps.audit.domain.reconciliation import ChangedDocument, DocumentLeaf, compare
from apps.audit.models import AuditReconciliation
from apps.audit.published import Difference, PostedDocument, PostedDocuments
from apps.audit.services.compare_objects import ComparedObjects, compare_objects
from apps.audit.services.compare_platform import compare_platform
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

BATCH, TOLD_MAX = 500, 100
OBJECT_TYPE = "audit.reconciliation"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison found; the first hundred differences are told, those of documents first.

    Of `object_count` objects that verbs change, `earlier_count` have no leaf that could be compared.
    """

    company_id: UUID
    document_count: int
    difference_count: int
    differences: Sequence[Difference]
    object_count: int = 0
    earlier_count: int = 0


class BooksMustBeCompared(CortexError):
    """The comparison of a company ended with an error: nobody knows whether its books are what they were."""

    code = "audit.books_must_be_compared"
    status = 500


@dataclass(frozen=True, slots=True)
class Night:
    """What was found in each company and on the platform, and where the comparison itself failed.

    `platform` is None where it failed there.
    """

    results: Sequence[Reconciled]
    failed: Sequence[UUID]
    platform: ComparedObjects | None

    @property
    def difference_count(self) -> int:
        """Return how many differences there are in all."""
        of_platform = self.platform.difference_count if self.platform else 0
        return of_platform + sum(result.difference_count for result in self.results)

    def require_whole(self) -> None:
        """Raise BooksMustBeCompared unless the platform and every company were compared."""
        if self.failed:
            raise BooksMustBeCompared(
                f"Books and log: expected every company to be compared, got {len(self.failed)} where that "
                f"failed, first {self.failed[0]}. Look at books_not_compared in the log.",
                evidence={"object": "books", "got": [str(each) for each in self.failed]},
            )
        if self.platform is None:
            raise BooksMustBeCompared(
                "Platform and log: expected all objects to be compared, got an error. Look at "
                "platform_not_compared in the log.",
                evidence={"object": "platform"},
            )


def reconcile_all(*, reconciled_by: Principal) -> Night:
    """Compare what is the platform's, and every company's, also behind one where that fails."""
    platform = _platform(reconciled_by)
    results: list[Reconciled] = []
    failed: list[UUID] = []
    for company_id in all_company_ids():
        try:
            with scope([company_id]):
                results.append(reconcile_documents(company_id=company_id, reconciled_by=reconciled_by))
        except Exception as error:  # noqa: BLE001 - whoever breaks one company's rows must not blind the night
            _log.error("books_not_compared", company_id=str(company_id), exc_info=error)
            failed.append(company_id)
    return Night(results, failed, platform)


def _platform(compared_by: Principal) -> ComparedObjects | None:
    try:
        return compare_platform(compared_by=compared_by)
    except Exception as error:  # noqa: BLE001 - the books of companies are compared all the same
        _log.error("platform_not_compared", exc_info=error)
        return None


def reconcile_documents(*, company_id: UUID, reconciled_by: Principal) -> Reconciled:
    """Compare what is a company's, which is in scope, batch by batch; store the result and raise the alarm.

    Each batch is a transaction of its own, so that no long one holds the database's past.
    """
    get(Authorizer).require(principal=reconciled_by, action=RECONCILE, company_id=company_id)
    started_at = get(Clock).now()
    told: list[Difference] = []
    documents, differences, after, more = 0, 0, None, True
    while more:
        batch = get(PostedDocuments).after(company_id=company_id, after=after, limit=BATCH)
        more = len(batch) == BATCH
        up_to = batch[-1].object_id if more else None
        for difference in _differences(company_id, batch, after, up_to):
            differences += 1
            # Books that were changed throughout are counted whole, and told in part.
            told += [difference] if differences <= TOLD_MAX else []
        documents, after = documents + len(batch), up_to
    beside = get(PostedDocuments).contradictions(company_id=company_id)
    differences, told = differences + len(beside), [*told, *beside][:TOLD_MAX]
    objects = compare_objects(company_id=company_id)
    result = Reconciled(
        company_id,
        documents,
        differences + objects.difference_count,
        [*told, *objects.differences][:TOLD_MAX],
        objects.object_count,
        objects.earlier_count,
    )
    _store(result, started_at=started_at, reconciled_by=reconciled_by)
    return result


def _differences(
    company_id: UUID, batch: Sequence[PostedDocument], after: UUID | None, up_to: UUID | None
) -> Iterator[Difference]:
    source = get(PostedDocuments)
    found = document_leaves(company_id=company_id, object_type=source.object_type, after=after, up_to=up_to)
    leaves = found.leaves
    for object_id in found.unreadable:
        yield Difference(object_id, "leaf", "a leaf", "bytes that are none")
    documents = {document.object_id: document for document in batch}
    late = [leaf.object_id for leaf in leaves if leaf.object_id not in documents]
    # Posted between the two readings: whoever sees the leaf sees the rows by now, if there are any.
    for document in source.of_objects(company_id=company_id, object_ids=late) if late else ():
        documents[document.object_id] = document
    pairs = [(document.object_id, document.canonical) for document in documents.values()]
    for difference in compare(documents=pairs, leaves=leaves):
        if isinstance(difference, ChangedDocument):
            yield _column(company_id, difference.leaf)
        else:
            yield difference
    for document in documents.values():
        yield from document.doubts


def _column(company_id: UUID, leaf: DocumentLeaf) -> Difference:
    return get(PostedDocuments).difference(
        company_id=company_id,
        object_id=leaf.object_id,
        digest=leaf.digest,
        posted_by=leaf.actor,
        counts_on=leaf.counts_on,
    )


@transactional
def _store(result: Reconciled, *, started_at: datetime, reconciled_by: Principal) -> None:
    differences = [{**asdict(one), "object_id": str(one.object_id)} for one in result.differences]
    row = AuditReconciliation.objects.create(
        id=uuid7(),
        company_id=result.company_id,
        started_at=started_at,
        finished_at=get(Clock).now(),
        document_count=result.document_count,
        object_count=result.object_count,
        earlier_count=result.earlier_count,
        difference_count=result.difference_count,
        differences=differences,
    )
    content = {
        "documents": row.document_count,
        "objects": row.object_count,
        "earlier": row.earlier_count,
        "count": row.difference_count,
        "differences": differences,
    }
    record = AuditRecord(
        verb=RECONCILE, object_type=OBJECT_TYPE, object_id=row.id, digest=canonical_digest(content)
    )
    get(AuditLog).append(company_id=result.company_id, actor=reconciled_by, records=[record])
    for one in result.differences:
        _log.error(
            "books_differ_from_log",
            company_id=str(result.company_id),
            object_id=str(one.object_id),
            column=one.column,
            expected=one.expected,
            got=one.got,
        )
