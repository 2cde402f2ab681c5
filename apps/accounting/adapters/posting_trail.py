# SPDX-License-Identifier: Apache-2.0
"""What posting leaves behind: an audit leaf and an event for every entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.accounting.adapters.policy_entities import POST_ENTRY, REVERSE_ENTRY
from apps.accounting.adapters.posting_function import GivenNumber, PreparedEntry
from apps.accounting.domain.entry_digest import PostedContent, PostedLine, entry_digest
from apps.accounting.published import JournalEntryPosted
from cortex.ports import registry
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal


@dataclass(frozen=True, slots=True)
class PostingBooks:
    """Where the entries were posted."""

    company_id: UUID
    ledger_id: UUID
    journal_id: UUID


def leave_trail(
    *,
    books: PostingBooks,
    entries: Sequence[PreparedEntry],
    numbers: Mapping[UUID, GivenNumber],
    posted_by: Principal,
) -> None:
    """Append one leaf and publish one event per entry, in the open transaction."""
    registry.get(AuditLog).append(
        company_id=books.company_id,
        actor=posted_by,
        records=[_record(books, entry, numbers[entry.entry_id], posted_by) for entry in entries],
    )
    registry.get(EventBus).publish(
        company_id=books.company_id,
        events=[_event(books, entry, numbers[entry.entry_id]) for entry in entries],
    )


def _record(
    books: PostingBooks, entry: PreparedEntry, given: GivenNumber, posted_by: Principal
) -> AuditRecord:
    draft = entry.draft
    content = PostedContent(
        company_id=books.company_id,
        ledger_id=books.ledger_id,
        journal_id=books.journal_id,
        fiscal_year_id=given.fiscal_year_id,
        period_id=given.period_id,
        entry_id=entry.entry_id,
        number=given.number,
        accounting_date=draft.accounting_date,
        reference=draft.reference,
        reverses_id=draft.reverses_id,
        is_cancellation=draft.is_cancellation,
        narration_commitment=entry.narration_commitment,
        posted_by=posted_by.urn,
        lines=[
            PostedLine(line_no, account_id, party_id, line.currency, line.amount_minor)
            for line_no, (line, account_id, party_id) in enumerate(
                zip(draft.lines, entry.account_ids, entry.party_ids, strict=True), start=1
            )
        ],
        recorded=given.recorded,
    )
    return AuditRecord(
        verb=REVERSE_ENTRY if draft.reverses_id else POST_ENTRY,
        object_type=JournalEntryPosted.aggregate_type,
        object_id=entry.entry_id,
        digest=entry_digest(content),
        counts_on=draft.accounting_date,
    )


def _event(books: PostingBooks, entry: PreparedEntry, given: GivenNumber) -> JournalEntryPosted:
    return JournalEntryPosted(
        aggregate_id=entry.entry_id,
        journal_id=books.journal_id,
        number=given.number,
        accounting_date=entry.draft.accounting_date,
        reverses_id=entry.draft.reverses_id,
    )
