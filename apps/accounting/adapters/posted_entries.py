# SPDX-License-Identifier: Apache-2.0
"""Posted entries as the audit log sees them: in the canonical form that their leaves' digests cover."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from apps.accounting.adapters.stored_sums import differing_sums
from apps.accounting.domain.entry_difference import changed_column
from apps.accounting.domain.entry_digest import PostedContent, PostedLine, Recording, entry_document
from apps.accounting.published import JournalEntryPosted
from apps.audit.published import Difference, DocumentText, PostedDocument, opens
from cortex.canonical_json import canonical_json
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


class RequireWhole(Protocol):
    """How the context refuses whoever sees a part of the books; raises WholeBooksMustBeVisible."""

    def __call__(self, *, company_id: UUID, reader: Principal) -> None:
        """Return for whoever sees all, or reads no books at all."""


# Everything that a digest covers, and beside it what the lines repeat for quick reading.
_SELECT = """
SELECT e.id, e.ledger_id, e.journal_id, e.fiscal_year_id, e.period_id, e.accounting_date, e.number,
       e.reference, e.reverses_id, e.is_cancellation, e.narration_commitment, e.posted_by, e.digest_version,
       e.recorded_at, e.recorded_xid::text, e.cluster_epoch, e.line_count,
       t.salt, t.narration, t.line_narrations::text, l.lines
  FROM accounting_journal_entry e
  LEFT JOIN accounting_journal_entry_text t ON t.company_id = e.company_id AND t.entry_id = e.id
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(l.line_no, l.account_id, l.party_id, l.currency, l.amount_minor,
                                     l.period_id, l.accounting_date, l.recorded_xid::text, l.cluster_epoch)
                    ORDER BY l.line_no)::text AS lines
      FROM accounting_journal_line l
     WHERE l.company_id = e.company_id AND l.entry_id = e.id) l ON true
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry's rows. Each line is line_no, account, party, currency, amount, period, day, transaction id
    and cluster.
    """

    content: PostedContent
    line_count: int
    salt: bytes | None
    narration: str | None
    line_narrations: list[str] | None
    lines: list[list[Any]]


class PostedEntries:
    """Reads entries of a company in scope, and changes nothing."""

    object_type = JournalEntryPosted.aggregate_type

    def __init__(self, *, require_whole: RequireWhole) -> None:
        self._require_whole = require_whole

    @transactional
    def of_objects(self, *, company_id: UUID, object_ids: Sequence[UUID]) -> list[PostedDocument]:
        """Return those of the entries that are there."""
        condition = "WHERE e.company_id = %s AND e.id = ANY(%s) ORDER BY e.id"
        return [_document(row) for row in _rows(company_id, condition, [company_id, list(object_ids)])]

    def require_whole(self, *, company_id: UUID, reader: Principal) -> None:
        """Refuse whoever is shown a part of the books; raises WholeBooksMustBeVisible."""
        self._require_whole(company_id=company_id, reader=reader)

    @transactional
    def after(self, *, company_id: UUID, after: UUID | None, limit: int) -> list[PostedDocument]:
        """Return the entries behind that id."""
        condition = "WHERE e.company_id = %s AND e.id > %s ORDER BY e.id LIMIT %s"
        return [
            _document(row) for row in _rows(company_id, condition, [company_id, after or UUID(int=0), limit])
        ]

    @transactional
    def difference(
        self, *, company_id: UUID, object_id: UUID, digest: str, posted_by: str, counts_on: date | None
    ) -> Difference:
        """Return the column that was changed, or the whole content where no single one explains it."""
        condition = "WHERE e.company_id = %s AND e.id = %s"
        (row,) = _rows(company_id, condition, [company_id, object_id])
        change = changed_column(
            content=row.content,
            digest=digest,
            posted_by=posted_by,
            accounting_date=counts_on,
            of_lines=[(xid, epoch) for *_, xid, epoch in row.lines],
        )
        return Difference(object_id, change.column, change.expected, change.got)

    @transactional
    def contradictions(self, *, company_id: UUID) -> list[Difference]:
        """Return the stored balances that are not the sums of their lines."""
        return list(differing_sums(rows=_found, company_id=company_id))


def _found(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _rows(company_id: UUID, condition: str, parameters: list[Any]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + condition, parameters)
        return [_row(company_id, *columns) for columns in cursor.fetchall()]


def _row(company_id: UUID, entry_id: UUID, *columns: Any) -> _Row:
    *head, line_count, salt, narration, line_narrations, lines = columns
    (
        ledger_id,
        journal_id,
        year_id,
        period_id,
        day,
        number,
        reference,
        reverses_id,
        cancels,
        commitment,
        by,
        version,
        *recorded,
    ) = head
    read: list[list[Any]] = json.loads(lines or "[]")
    content = PostedContent(
        company_id=company_id,
        ledger_id=ledger_id,
        journal_id=journal_id,
        fiscal_year_id=year_id,
        period_id=period_id,
        entry_id=entry_id,
        number=number,
        accounting_date=day,
        reference=reference,
        reverses_id=reverses_id,
        is_cancellation=cancels,
        narration_commitment=bytes(commitment),
        posted_by=by,
        lines=[
            PostedLine(number, UUID(account), UUID(party) if party else None, currency, amount)
            for number, account, party, currency, amount, *_ in read
        ],
        recorded=Recording(*recorded),
        version=version,
    )
    texts = json.loads(line_narrations) if line_narrations else None
    return _Row(content, line_count, bytes(salt) if salt else None, narration, texts, read)


def _document(row: _Row) -> PostedDocument:
    content, text = row.content, _text(row)
    return PostedDocument(
        object_id=content.entry_id,
        counts_on=content.accounting_date,
        canonical=entry_document(content),
        texts=[text] if text else [],
        doubts=list(_doubts(row, text)),
    )


def _text(row: _Row) -> DocumentText | None:
    """Return what the commitment covers: the narration, and the lines' where they say more."""
    if row.salt is None or row.narration is None:
        return None
    texts = [row.narration, *(row.line_narrations or [])]
    return DocumentText("narration", row.salt, canonical_json(texts).decode())


def _doubts(row: _Row, text: DocumentText | None) -> Iterator[Difference]:
    content = row.content
    entry_id = content.entry_id
    if row.line_count != len(row.lines):
        yield Difference(entry_id, "line_count", str(len(row.lines)), str(row.line_count))
    for line_no, _, _, _, _, period_id, day, xid, epoch in row.lines:
        if period_id != str(content.period_id):
            yield Difference(entry_id, f"line {line_no} period_id", str(content.period_id), period_id)
        if day != content.accounting_date.isoformat():
            yield Difference(
                entry_id, f"line {line_no} accounting_date", content.accounting_date.isoformat(), day
            )
        recorded = content.recorded
        # An entry and its lines are of one transaction: of earlier versions nothing else tells which.
        if (xid, epoch) != (recorded.xid, recorded.cluster_epoch):
            expected = f"transaction {recorded.xid} of cluster {recorded.cluster_epoch}"
            yield Difference(entry_id, f"line {line_no} recorded_xid", expected, f"{xid} of {epoch}")
    if text and not opens(digest=content.narration_commitment, salt=text.salt, value=text.value):
        # The text may be personal: what is told is its commitment.
        yield Difference(entry_id, "narration", content.narration_commitment.hex(), "another text")
