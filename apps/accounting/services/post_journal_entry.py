# SPDX-License-Identifier: Apache-2.0
"""Post one entry."""

from uuid import UUID

from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.services.post_journal_entries import PostedEntry, post_journal_entries
from cortex.ports.principal import Principal


def post_journal_entry(
    *, company_id: UUID, draft: EntryDraft, posted_by: Principal, journal_code: str = GENERAL
) -> PostedEntry:
    """Post one entry and return it; raises as post_journal_entries."""
    return post_journal_entries(
        company_id=company_id, drafts=[draft], posted_by=posted_by, journal_code=journal_code
    )[0]
