# SPDX-License-Identifier: Apache-2.0
"""Entries about to be posted, as validators are told of them: plain JSON, in portions."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.accounting.domain.journal_entry import EntryDraft

# A portion is one call: an import of thousands is judged by several.
ENTRIES_PER_SUBJECT = 100


def subjects_of(
    *, drafts: Sequence[EntryDraft], account_types: Mapping[str, str], journal_code: str
) -> list[dict[str, Any]]:
    """Return the portions; `account_types` are by code."""
    portions = (
        drafts[start : start + ENTRIES_PER_SUBJECT] for start in range(0, len(drafts), ENTRIES_PER_SUBJECT)
    )
    return [
        {"journal": journal_code, "entries": [_entry(draft, account_types) for draft in portion]}
        for portion in portions
    ]


def _entry(draft: EntryDraft, account_types: Mapping[str, str]) -> dict[str, Any]:
    return {
        "accounting_date": draft.accounting_date.isoformat(),
        "narration": draft.narration,
        "reference": draft.reference,
        "reverses_id": str(draft.reverses_id) if draft.reverses_id else None,
        "is_cancellation": draft.is_cancellation,
        "total_minor": draft.total_minor(),
        "lines": [
            {
                "account": line.account_code,
                "account_type": account_types[line.account_code],
                "amount_minor": line.amount_minor,
                "currency": line.currency,
                "party": line.party,
                "narration": line.narration,
            }
            for line in draft.lines
        ],
    }
