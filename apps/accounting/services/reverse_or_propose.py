# SPDX-License-Identifier: Apache-2.0
"""Reverse an entry, or propose it where a limit asks for a second person."""

from datetime import date
from uuid import UUID

from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.services.approval_kinds import REVERSE
from apps.accounting.services.post_journal_entries import PostedEntry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def reverse_or_propose(
    *,
    company_id: UUID,
    entry_id: UUID,
    reversed_by: Principal,
    accounting_date: date | None = None,
    narration: str | None = None,
    is_cancellation: bool = False,
) -> PostedEntry | ProposalRef:
    """Return the reversal, or the proposal; raises as reverse_journal_entry."""
    day = (
        accounting_date
        or get_journal_entry(reader=None, company_id=company_id, entry_id=entry_id).accounting_date
    )
    return do_or_propose(
        work=lambda: reverse_journal_entry(
            company_id=company_id,
            entry_id=entry_id,
            reversed_by=reversed_by,
            accounting_date=day,
            narration=narration,
            is_cancellation=is_cancellation,
        ),
        kind=REVERSE,
        company_id=company_id,
        principal=reversed_by,
        content=lambda: {
            "entry_id": str(entry_id),
            "accounting_date": day.isoformat(),
            "narration": narration,
            "is_cancellation": is_cancellation,
        },
    )
