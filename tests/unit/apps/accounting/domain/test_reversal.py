# SPDX-License-Identifier: Apache-2.0
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounting.domain.errors import ReversalMustNotPrecedeItsEntry
from apps.accounting.domain.journal_entry import check_entry
from apps.accounting.domain.reversal import reversal_of
from tests.unit.apps.accounting.domain.posted import Entry, Line

LATER = date(2026, 4, 1)


class TestReversal:
    @given(amounts=st.lists(st.integers(1, 10**12), min_size=1, max_size=9), is_cancellation=st.booleans())
    def test_takes_back_every_line(self, amounts: list[int], is_cancellation: bool) -> None:
        lines = [Line("Assets:Bank", amount) for amount in amounts] + [Line("Income:Sales", -sum(amounts))]
        entry = Entry(lines=lines)
        draft = reversal_of(
            entry=entry, accounting_date=LATER, narration=None, is_cancellation=is_cancellation
        )
        check_entry(draft=draft, base_currency="EUR")
        assert [(line.account_code, line.amount_minor, line.party_id) for line in draft.lines] == [
            (line.account_code, -line.amount_minor, line.party_id) for line in lines
        ]
        assert (draft.reverses_id, draft.is_cancellation, draft.reference) == (
            entry.id,
            is_cancellation,
            None,
        )

    def test_may_count_on_the_same_day_and_not_before(self) -> None:
        entry = Entry()
        reversal_of(entry=entry, accounting_date=entry.accounting_date, narration=None, is_cancellation=False)
        with pytest.raises(ReversalMustNotPrecedeItsEntry) as refusal:
            reversal_of(entry=entry, accounting_date=date(2026, 3, 14), narration=None, is_cancellation=False)
        assert refusal.value.evidence == {
            "object": str(entry.id),
            "expected": "from 2026-03-15 on",
            "got": "2026-03-14",
        }

    @pytest.mark.parametrize(
        ("given", "stored", "text"),
        [
            ("Typed wrong", "Sale", "Typed wrong"),
            # The words of the entry are not copied: erasing its text must erase them everywhere.
            (None, "Sale to Ada", "Reversal of GENERAL/2026/1"),
            (None, None, "Reversal of GENERAL/2026/1"),
        ],
    )
    def test_says_what_it_reverses(self, given: str | None, stored: str | None, text: str) -> None:
        entry = Entry(narration=stored)
        draft = reversal_of(entry=entry, accounting_date=LATER, narration=given, is_cancellation=False)
        assert draft.narration == text

    def test_keeps_its_text_within_bounds(self) -> None:
        draft = reversal_of(
            entry=Entry(), accounting_date=LATER, narration="n" * 1_001, is_cancellation=False
        )
        assert len(draft.narration) == 1_000
