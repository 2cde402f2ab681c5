# SPDX-License-Identifier: Apache-2.0
"""Undo a posted entry by its reversal."""

from datetime import date
from uuid import UUID

from apps.accounting.adapters.policy_entities import READ, REVERSE_ENTRY
from apps.accounting.domain.errors import EntryMustNotBeReversedTwice
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.domain.policy_names import ENTRY
from apps.accounting.domain.reversal import reversal_of
from apps.accounting.selectors.journal_entry import EntryView, entry_must_exist, get_journal_entry
from apps.accounting.services.post_journal_entries import PostedEntry, post_journal_entries
from cortex.database.transactions import transactional
from cortex.policy.objects import require_on
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal


@transactional
def reverse_journal_entry(
    *,
    company_id: UUID,
    entry_id: UUID,
    reversed_by: Principal,
    accounting_date: date | None = None,
    narration: str | None = None,
    is_cancellation: bool = False,
) -> PostedEntry:
    """Post the entry that undoes another one and return it; both show the link.

    `accounting_date` is the entry's own unless given. `is_cancellation` takes the amounts from the sides
    they were posted to (red storno) instead of posting them to the other side.
    Raises: EntryMustExist, EntryMustNotBeReversedTwice, ReversalMustNotPrecedeItsEntry, PeriodMustBeOpen.
    """
    entry = get_journal_entry(company_id=company_id, entry_id=entry_id, reader=None)
    require_on(
        Resource(ENTRY, str(entry_id)),
        principal=reversed_by,
        action=REVERSE_ENTRY,
        company_id=company_id,
        read_action=READ,
        missing=entry_must_exist(entry_id=entry_id),
    )
    if entry.reversed_by_id is not None:
        # Told as far as whoever asks may see it: the entry that reverses this one may be hidden from them.
        raise _reversed_before(
            get_journal_entry(company_id=company_id, entry_id=entry_id, reader=reversed_by)
        )
    draft: EntryDraft = reversal_of(
        entry=entry,
        accounting_date=accounting_date or entry.accounting_date,
        narration=narration,
        is_cancellation=is_cancellation,
    )
    return post_journal_entries(
        company_id=company_id,
        drafts=[draft],
        posted_by=reversed_by,
        journal_code=entry.journal_code,
        action=REVERSE_ENTRY,
    )[0]


def _reversed_before(seen: EntryView) -> EntryMustNotBeReversedTwice:
    by = seen.reversed_by_id
    told = "another one reverses" if by is None else f"{by} reverses. Reverse that one to restore it"
    return EntryMustNotBeReversedTwice(
        f"Journal entry {seen.label}: expected one that was not reversed, got one that {told}.",
        evidence={"object": str(seen.id), **({} if by is None else {"reversed_by": str(by)})},
    )
