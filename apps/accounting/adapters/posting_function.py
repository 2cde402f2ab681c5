# SPDX-License-Identifier: Apache-2.0
"""Call the database's posting function: one statement for any number of entries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from apps.accounting.domain.entry_digest import Recording
from apps.accounting.domain.errors import EntryMustNotBeReversedTwice
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.domain.period_state import period_must_be_open
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import TryAgain, constraint_name, sqlstate

# Raised by accounting_post_entries where no period takes postings.
_NO_OPEN_PERIOD = "CX001"
_CALL = (
    "SELECT * FROM accounting_post_entries(%s, %s, %s, %s, %s::uuid[], %s::date[], %s::text[], %s::uuid[],"
    " %s::boolean[], %s::integer[], %s::bytea[], %s::bytea[], %s::text[], %s::text[],"
    " %s::integer[], %s::integer[], %s::uuid[], %s::uuid[], %s::bigint[])"
)


@dataclass(frozen=True, slots=True)
class PreparedEntry:
    """A draft with everything resolved: ids, the narration's salt and commitment (32 bytes each)."""

    entry_id: UUID
    draft: EntryDraft
    account_ids: Sequence[UUID]
    party_ids: Sequence[UUID | None]
    narration_salt: bytes
    narration_commitment: bytes


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """What the database gave the entry."""

    fiscal_year_id: UUID
    period_id: UUID
    number: int
    period_state: str
    recorded: Recording


def write_entries(
    *, company_id: UUID, ledger_id: UUID, journal_id: UUID, posted_by: str, entries: Sequence[PreparedEntry]
) -> Mapping[UUID, GivenNumber]:
    """Post the entries in the open transaction and return what each was given, by entry id.

    Raises: PeriodMustBeOpen, EntryMustNotBeReversedTwice, TryAgain when a race was lost.
    """
    parameters: list[Any] = [
        company_id,
        ledger_id,
        journal_id,
        posted_by,
        *_entry_arrays(entries),
        *_line_arrays(entries),
    ]
    try:
        with prepared_cursor() as cursor:
            cursor.execute(_CALL, parameters)
            return {entry_id: _given(*columns) for entry_id, *columns in cursor.fetchall()}
    except DatabaseError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _given(
    year_id: UUID, period_id: UUID, number: int, state: str, at: datetime, xid: str, epoch: int
) -> GivenNumber:
    return GivenNumber(year_id, period_id, number, state, Recording(at, xid, epoch))


def _entry_arrays(entries: Sequence[PreparedEntry]) -> list[list[Any]]:
    drafts = [entry.draft for entry in entries]
    return [
        [entry.entry_id for entry in entries],
        [draft.accounting_date for draft in drafts],
        [draft.reference for draft in drafts],
        [draft.reverses_id for draft in drafts],
        [draft.is_cancellation for draft in drafts],
        [len(draft.lines) for draft in drafts],
        [entry.narration_commitment for entry in entries],
        [entry.narration_salt for entry in entries],
        [draft.narration for draft in drafts],
        [line_narrations_json(draft) for draft in drafts],
    ]


def line_narrations_json(draft: EntryDraft) -> str | None:
    """Return the narrations of the lines as a JSON list, or None where no line says more than its entry."""
    narrations = [line.narration or draft.narration for line in draft.lines]
    return json.dumps(narrations) if any(text != draft.narration for text in narrations) else None


def _line_arrays(entries: Sequence[PreparedEntry]) -> list[list[Any]]:
    places: list[int] = []
    numbers: list[int] = []
    accounts: list[UUID] = []
    parties: list[UUID | None] = []
    amounts: list[int] = []
    for place, entry in enumerate(entries, start=1):
        lines = entry.draft.lines
        places.extend([place] * len(lines))
        numbers.extend(range(1, len(lines) + 1))
        accounts.extend(entry.account_ids)
        parties.extend(entry.party_ids)
        amounts.extend(line.amount_minor for line in lines)
    return [places, numbers, accounts, parties, amounts]


def _refusal(error: DatabaseError) -> Exception | None:
    """Return the rule that the database's refusal stands for, or None where it speaks for itself."""
    if sqlstate(error) == _NO_OPEN_PERIOD:
        told: dict[str, str | None] = json.loads(error.__cause__.diag.message_detail)  # type: ignore[union-attr]
        return period_must_be_open(day=str(told["date"]), period=told["period"], state=told["state"])
    if constraint_name(error) == "journal_entry_reversed_once":
        return EntryMustNotBeReversedTwice(
            "Journal entry: expected one without a reversal, got one that another call has just reversed. "
            "Reverse the reversal to restore it.",
            evidence={
                "object": "journal entry",
                "expected": "no reversal",
                "got": "a reversal",
                "remedy": "reverse the reversal to restore the entry",
            },
        )
    if constraint_name(error) == "journal_entry_reference_unique":
        # Another call posted the reference between our reading and our writing: read again.
        return TryAgain()
    return None
