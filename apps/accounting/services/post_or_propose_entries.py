# SPDX-License-Identifier: Apache-2.0
"""Post entries, or propose all of them as one where a limit asks for a second person."""

from collections.abc import Sequence
from uuid import UUID

from apps.accounting.adapters.entry_content import entries_content
from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.services.approval_kinds import POST
from apps.accounting.services.post_journal_entries import PostedEntry, post_journal_entries
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def post_or_propose_entries(
    *, company_id: UUID, drafts: Sequence[EntryDraft], posted_by: Principal, journal_code: str = GENERAL
) -> list[PostedEntry] | ProposalRef:
    """Return what each draft became, or the proposal; raises as post_journal_entries."""
    return do_or_propose(
        work=lambda: post_journal_entries(
            company_id=company_id, drafts=drafts, posted_by=posted_by, journal_code=journal_code
        ),
        kind=POST,
        company_id=company_id,
        principal=posted_by,
        content=lambda: entries_content(drafts=drafts, journal_code=journal_code),
    )
