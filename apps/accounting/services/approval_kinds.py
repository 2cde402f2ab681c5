# SPDX-License-Identifier: Apache-2.0
"""The verbs of the books that can wait for a second person: each is carried out by its own service."""

import hashlib
from datetime import date
from uuid import UUID

from apps.accounting.adapters.entry_content import drafts_of
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL, OPEN_PERIOD, POST_ENTRY, REVERSE_ENTRY
from apps.accounting.domain.errors import FileMustBeTheApproved
from apps.accounting.published import FiscalPeriodStateChanged, JournalEntryPosted
from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.periods import get_period
from apps.accounting.services.import_journal import import_journal
from apps.accounting.services.open_period import open_period
from apps.accounting.services.post_journal_entries import post_journal_entries
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.money import format_amount
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage

POST, REVERSE = "accounting.journal_entry.post", "accounting.journal_entry.reverse"
IMPORT, OPEN = "accounting.journal.import", "accounting.fiscal_period.open"
LINES_TOLD_MAX = 50
_ENTRY, _PERIOD = JournalEntryPosted.aggregate_type, FiscalPeriodStateChanged.aggregate_type


def register_kinds() -> None:
    """Register every kind of the books."""
    for name, title, action, perform, describe in (
        (POST, "Post journal entries", POST_ENTRY, _post, _described_entries),
        (REVERSE, "Reverse a journal entry", REVERSE_ENTRY, _reverse, _described_reversal),
        (IMPORT, "Import a journal", IMPORT_JOURNAL, _import, _described_import),
        (OPEN, "Reopen a fiscal period", OPEN_PERIOD, _open, _described_period),
    ):
        approval_kind(name, title=title, action=action, perform=perform, describe=describe)


def _post(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    posted = post_journal_entries(
        company_id=_company(company_id),
        drafts=drafts_of(content),
        posted_by=proposer,
        journal_code=content["journal"],
    )
    return Performed(_ENTRY, posted[0].id)


def _described_entries(company_id: UUID | None, content: Content) -> Description:
    drafts = drafts_of(content)
    currency = get_ledger(company_id=_company(company_id)).base_currency
    largest = max(draft.total_minor() for draft in drafts)
    first = drafts[0]
    title = (
        f"{first.accounting_date} {first.narration}" if len(drafts) == 1 else f"{len(drafts)} journal entries"
    )
    told = [
        f"{line.account_code} {format_amount(line.amount_minor, currency)} {currency}"
        for draft in drafts
        for line in draft.lines
    ]
    more = [f"and {len(told) - LINES_TOLD_MAX} lines more"] if len(told) > LINES_TOLD_MAX else []
    return Description(
        title=title,
        lines=[*told[:LINES_TOLD_MAX], *more],
        object_type=_ENTRY,
        amount_minor=largest,
        currency=currency,
    )


def _reverse(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    posted = reverse_journal_entry(
        company_id=_company(company_id),
        entry_id=UUID(content["entry_id"]),
        reversed_by=proposer,
        accounting_date=date.fromisoformat(content["accounting_date"]),
        narration=content["narration"],
        is_cancellation=content["is_cancellation"],
    )
    return Performed(_ENTRY, posted.id)


def _described_reversal(company_id: UUID | None, content: Content) -> Description:
    entry = get_journal_entry(
        reader=None, company_id=_company(company_id), entry_id=UUID(content["entry_id"])
    )
    way = "red storno" if content["is_cancellation"] else "reversal"
    return Description(
        title=f"Reversal of {entry.label}",
        lines=[
            f"Entry {entry.label} of {entry.accounting_date}: {entry.narration or 'text erased'}",
            f"By {way} on {content['accounting_date']}",
            f"Amount {format_amount(entry.total_minor, entry.currency)} {entry.currency}",
        ],
        object_type=_ENTRY,
        object_id=entry.id,
        amount_minor=entry.total_minor,
        currency=entry.currency,
    )


def _import(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    company = _company(company_id)
    import_journal(
        company_id=company,
        accounts=_file(company, content, "accounts") if content["accounts"] else None,
        journal=_file(company, content, "journal"),
        imported_by=proposer,
        may_create=content["may_create"],
    )
    return Performed("accounting.journal_import", UUID(content["journal"]))


def _described_import(company_id: UUID | None, content: Content) -> Description:
    return Description(
        title=f"Import of {content['entries']} entries",
        lines=[
            f"{content['entries']} entries from {content['first_date']} to {content['last_date']}",
            f"Largest entry {_amount(content, 'largest_minor')}",
            f"Sum {_amount(content, 'total_minor')}",
            f"Journal file, SHA-256 {content['journal_digest']}",
        ],
        object_type="accounting.journal_import",
        object_id=UUID(content["journal"]),
        amount_minor=content["largest_minor"],
        currency=content["currency"],
    )


def _amount(content: Content, name: str) -> str:
    return f"{format_amount(content[name], content['currency'])} {content['currency']}"


def _open(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    period = open_period(
        company_id=_company(company_id),
        period_code=content["period_code"],
        opened_by=proposer,
        reason=content["reason"],
    )
    return Performed(_PERIOD, period.id)


def _described_period(company_id: UUID | None, content: Content) -> Description:
    period = get_period(company_id=_company(company_id), code=content["period_code"])
    return Description(
        title=f"Reopen period {period.code}",
        lines=[
            f"Period {period.code}, {period.start_date} to {period.end_date}, is {period.state}",
            f"Reason: {content['reason'] or 'none given'}",
        ],
        object_type=_PERIOD,
        object_id=period.id,
    )


def _file(company_id: UUID, content: Content, name: str) -> bytes:
    """Return the very bytes that the second person was shown the digest of; raises FileMustBeTheApproved."""
    found = get(Storage).read(company_id=company_id, file_id=UUID(content[name]))
    digest, expected = hashlib.sha256(found).hexdigest(), content[f"{name}_digest"]
    if digest != expected:
        raise FileMustBeTheApproved(
            f"File {content[name]}: expected the {name} with the digest {expected}, got {digest}. Reject the "
            "proposal, and look into the audit log: somebody changed the file in the database.",
            evidence={"object": content[name], "expected": expected, "got": digest},
        )
    return found


def _company(company_id: UUID | None) -> UUID:
    if company_id is None:
        raise ValueError("books belong to a company")
    return company_id
