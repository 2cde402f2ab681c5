# SPDX-License-Identifier: Apache-2.0
"""The journal entry before it is posted, and the rules that need nothing but the entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.accounting.domain.errors import (
    CurrencyMustBeTheLedgers,
    EntryMustBalance,
    EntryMustHaveTwoLines,
    EntryMustNotBeTooLong,
    LineMustMoveMoney,
)
from cortex.money import format_amount

# Bounded so that no sum of a company overflows 64 bits; the database refuses more, too.
AMOUNT_MINOR_MAX = 10**15
LINES_MAX = 5_000
REFERENCE_CHARACTERS_MAX = 100
NARRATION_CHARACTERS_MAX = 1_000
PARTY_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line: signed minor units, debit +, credit -. `narration` only where it differs from the entry's.

    The party comes by name, or by `party_id` where it is a posted line's: that one may have no name any more.
    """

    account_code: str
    amount_minor: int
    currency: str
    party: str | None = None
    narration: str | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as it comes in. `reference` identifies it within its journal, where it is given."""

    accounting_date: date
    narration: str
    lines: Sequence[LineDraft]
    reference: str | None = None
    reverses_id: UUID | None = None
    is_cancellation: bool = False

    @property
    def label(self) -> str:
        """Return how messages name this entry."""
        return self.reference or f"of {self.accounting_date}"

    def total_minor(self) -> int:
        """Return the sum of debits in minor units, which a balanced entry's credits equal."""
        return sum(line.amount_minor for line in self.lines if line.amount_minor > 0)


def check_entry(*, draft: EntryDraft, base_currency: str) -> None:
    """Refuse an entry that the books cannot take, whatever the chart and the calendar say."""
    if not 2 <= len(draft.lines) <= LINES_MAX:
        raise _lines_out_of_range(draft)
    _check_texts(draft)
    difference_minor = 0
    for line in draft.lines:
        difference_minor += line.amount_minor
        if line.currency != base_currency:
            raise _foreign_currency(draft, line, base_currency)
        if line.amount_minor == 0 or abs(line.amount_minor) > AMOUNT_MINOR_MAX:
            raise _amount_out_of_range(draft, line)
    if difference_minor:
        raise _out_of_balance(draft, base_currency, difference_minor)


def _check_texts(draft: EntryDraft) -> None:
    texts = [
        ("reference", draft.reference, REFERENCE_CHARACTERS_MAX),
        ("narration", draft.narration, NARRATION_CHARACTERS_MAX),
    ]
    for line in draft.lines:
        if line.narration or line.party:
            texts.append(("narration", line.narration, NARRATION_CHARACTERS_MAX))
            texts.append(("party", line.party, PARTY_CHARACTERS_MAX))
    for name, text, most in texts:
        # A NUL cannot be stored as text; it never comes from a keyboard.
        if text and (len(text) > most or "\x00" in text):
            raise EntryMustNotBeTooLong(
                f"Entry {draft.label[:REFERENCE_CHARACTERS_MAX]}, {name}: expected at most {most} characters "
                f"and no NUL, got {len(text)} characters. Shorten it.",
                evidence={"object": name, "expected": most, "got": len(text), "unit": "characters"},
            )


def _lines_out_of_range(draft: EntryDraft) -> EntryMustHaveTwoLines | EntryMustNotBeTooLong:
    count = len(draft.lines)
    kind = EntryMustHaveTwoLines if count < 2 else EntryMustNotBeTooLong
    return kind(
        f"Entry {draft.label}: expected 2 to {LINES_MAX} lines, got {count}.",
        evidence={"object": draft.label, "expected": f"2 to {LINES_MAX}", "got": count, "unit": "lines"},
    )


def _foreign_currency(draft: EntryDraft, line: LineDraft, base_currency: str) -> CurrencyMustBeTheLedgers:
    return CurrencyMustBeTheLedgers(
        f"Entry {draft.label}, account {line.account_code}: expected {base_currency}, got {line.currency}. "
        f"Convert the line to {base_currency}.",
        evidence={"object": draft.label, "expected": base_currency, "got": line.currency},
    )


def _amount_out_of_range(draft: EntryDraft, line: LineDraft) -> LineMustMoveMoney:
    return LineMustMoveMoney(
        f"Entry {draft.label}, account {line.account_code}: expected an amount other than zero and at most "
        f"{AMOUNT_MINOR_MAX} minor units, got {line.amount_minor}.",
        evidence={"object": draft.label, "got": line.amount_minor, "unit": "minor units"},
    )


def _out_of_balance(draft: EntryDraft, currency: str, difference_minor: int) -> EntryMustBalance:
    debits, credits = draft.total_minor(), draft.total_minor() - difference_minor
    side = "debits" if difference_minor > 0 else "credits"
    return EntryMustBalance(
        f"Entry {draft.label} {currency}: debits {format_amount(debits, currency)} != "
        f"credits {format_amount(credits, currency)} ({side} "
        f"{format_amount(abs(difference_minor), currency)} too high). Correct a line.",
        evidence={
            "object": draft.label,
            "expected": "debits equal credits",
            "debits_minor": debits,
            "credits_minor": credits,
            "difference_minor": difference_minor,
            "currency": currency,
        },
    )
