# SPDX-License-Identifier: Apache-2.0
"""Import stored files, or propose the whole import where a limit asks for a second person."""

import hashlib
from uuid import UUID

from apps.accounting.adapters.journal_csv import parse_journal
from apps.accounting.domain.journal_import import ImportSummary
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.approval_kinds import IMPORT
from apps.accounting.services.import_journal import Progress, import_journal, no_progress
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import Content, ProposalRef
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage


def import_or_propose(
    *,
    company_id: UUID,
    accounts_file_id: UUID | None,
    journal_file_id: UUID,
    imported_by: Principal,
    may_create: bool = False,
    progress: Progress = no_progress,
) -> ImportSummary | ProposalRef:
    """Return what was posted, or the proposal to post all of it; raises as import_journal."""
    accounts = _read(company_id, accounts_file_id) if accounts_file_id else None
    journal = _read(company_id, journal_file_id)

    def content() -> Content:
        return {
            "accounts": str(accounts_file_id) if accounts_file_id else None,
            "journal": str(journal_file_id),
            "may_create": may_create,
            **_told(company_id, journal, accounts),
        }

    return do_or_propose(
        work=lambda: import_journal(
            company_id=company_id,
            accounts=accounts,
            journal=journal,
            imported_by=imported_by,
            may_create=may_create,
            progress=progress,
        ),
        kind=IMPORT,
        company_id=company_id,
        principal=imported_by,
        content=content,
    )


def _told(company_id: UUID, journal: bytes, accounts: bytes | None) -> dict[str, str | int]:
    """Return what a second person reads, and the digests that bind the approval to the files' bytes."""
    drafts = [entry.draft for entry in parse_journal(journal)[0]]
    amounts = [draft.total_minor() for draft in drafts]
    days = [draft.accounting_date for draft in drafts]
    return {
        "entries": len(drafts),
        "first_date": min(days).isoformat(),
        "last_date": max(days).isoformat(),
        "largest_minor": max(amounts),
        "total_minor": sum(amounts),
        "currency": get_ledger(company_id=company_id).base_currency,
        "journal_digest": hashlib.sha256(journal).hexdigest(),
        "accounts_digest": hashlib.sha256(accounts or b"").hexdigest(),
    }


def _read(company_id: UUID, file_id: UUID) -> bytes:
    return get(Storage).read(company_id=company_id, file_id=file_id)
