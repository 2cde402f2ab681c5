# SPDX-License-Identifier: Apache-2.0
"""A posted entry for whoever may see all that its document says."""

from uuid import UUID

from apps.accounting.domain.errors import WholeEntryMustBeVisible
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


@transactional
def get_whole_entry(*, company_id: UUID, entry_id: UUID, reader: Principal) -> EntryView:
    """Return the entry unless its document names an entry that is hidden from the reader.

    A proof contains the document as it was posted; nothing can be left out of it.
    Raises: EntryMustExist, WholeEntryMustBeVisible.
    """
    seen = get_journal_entry(company_id=company_id, entry_id=entry_id, reader=reader)
    if seen.reverses_id is None and _reverses_one(company_id, entry_id):
        raise WholeEntryMustBeVisible(
            f"Proof of {seen.label}: expected somebody who may see the entry that it reverses, got one who "
            "may not. Ask an auditor for the proof.",
            evidence={"object": str(entry_id), "remedy": "ask an auditor for the proof"},
        )
    return seen


def _reverses_one(company_id: UUID, entry_id: UUID) -> bool:
    return get_journal_entry(company_id=company_id, entry_id=entry_id, reader=None).reverses_id is not None
