# SPDX-License-Identifier: Apache-2.0
"""The entry that undoes another."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from apps.accounting.domain.errors import ReversalMustNotPrecedeItsEntry
from apps.accounting.domain.journal_entry import NARRATION_CHARACTERS_MAX, EntryDraft, LineDraft


class ReversibleLine(Protocol):
    """What a reversal needs to know of a posted line."""

    @property
    def account_code(self) -> str: ...
    @property
    def party_id(self) -> UUID | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...


class ReversibleEntry(Protocol):
    """What a reversal needs to know of the posted entry."""

    @property
    def id(self) -> UUID: ...
    @property
    def label(self) -> str: ...
    @property
    def accounting_date(self) -> date: ...
    @property
    def lines(self) -> Sequence[ReversibleLine]: ...


def reversal_of(
    *, entry: ReversibleEntry, accounting_date: date, narration: str | None, is_cancellation: bool
) -> EntryDraft:
    """Return the draft with every amount negated; raises ReversalMustNotPrecedeItsEntry."""
    if accounting_date < entry.accounting_date:
        raise ReversalMustNotPrecedeItsEntry(
            f"Reversal of {entry.label}: expected a date from {entry.accounting_date} on, "
            f"got {accounting_date}.",
            evidence={
                "object": str(entry.id),
                "expected": f"from {entry.accounting_date} on",
                "got": str(accounting_date),
            },
        )
    # Never the reversed entry's own words: they must be gone when its text is erased.
    text = narration or f"Reversal of {entry.label}"
    return EntryDraft(
        accounting_date=accounting_date,
        narration=text[:NARRATION_CHARACTERS_MAX],
        lines=[
            LineDraft(
                account_code=line.account_code,
                amount_minor=-line.amount_minor,
                currency=line.currency,
                party_id=line.party_id,
            )
            for line in entry.lines
        ],
        reverses_id=entry.id,
        is_cancellation=is_cancellation,
    )
