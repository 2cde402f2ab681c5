# SPDX-License-Identifier: Apache-2.0
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounting.domain.errors import (
    CurrencyMustBeTheLedgers,
    EntryMustBalance,
    EntryMustHaveTwoLines,
    EntryMustNotBeTooLong,
    LineMustMoveMoney,
)
from apps.accounting.domain.journal_entry import AMOUNT_MINOR_MAX, EntryDraft, LineDraft, check_entry

DAY = date(2026, 3, 15)


def draft(*amounts: int, currency: str = "EUR", **given: object) -> EntryDraft:
    lines = [LineDraft("Assets:Bank", amount, currency) for amount in amounts]
    return EntryDraft(**{"accounting_date": DAY, "narration": "Sale", "lines": lines, **given})


def refusal(entry: EntryDraft, kind: type[Exception]) -> Exception:
    with pytest.raises(kind) as refused:
        check_entry(draft=entry, base_currency="EUR")
    return refused.value


class TestBalance:
    @given(amounts=st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
    def test_is_taken_when_debits_equal_credits(self, amounts: list[int]) -> None:
        entry = draft(*amounts, -sum(amounts))
        check_entry(draft=entry, base_currency="EUR")
        assert entry.total_minor() == sum(amounts)

    @given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=9), cents=st.integers(1, 10**9))
    def test_is_refused_with_the_difference(self, amounts: list[int], cents: int) -> None:
        refused = refusal(draft(*amounts, cents, -sum(amounts)), EntryMustBalance)
        assert refused.evidence["difference_minor"] == cents

    def test_is_refused_in_one_sentence_that_says_everything(self) -> None:
        refused = refusal(draft(10_001, -10_000, reference="INV-7"), EntryMustBalance)
        assert str(refused) == (
            "Entry INV-7 EUR: debits 100.01 != credits 100.00 (debits 0.01 too high). Correct a line."
        )
        assert refused.code == "accounting.entry_must_balance"
        assert refused.evidence == {
            "object": "INV-7",
            "expected": "debits equal credits",
            "debits_minor": 10_001,
            "credits_minor": 10_000,
            "difference_minor": 1,
            "currency": "EUR",
        }

    def test_names_the_side_that_is_too_high(self) -> None:
        assert "credits 0.01 too high" in str(refusal(draft(10_000, -10_001), EntryMustBalance))


class TestLines:
    @pytest.mark.parametrize("amounts", [(), (5,)])
    def test_are_two_at_least(self, amounts: tuple[int, ...]) -> None:
        assert refusal(draft(*amounts), EntryMustHaveTwoLines).evidence["got"] == len(amounts)

    def test_are_five_thousand_at_most(self) -> None:
        check_entry(draft=draft(*[1, -1] * 2_500), base_currency="EUR")
        assert refusal(draft(*[1, -1] * 2_501), EntryMustNotBeTooLong).evidence["got"] == 5_002

    @pytest.mark.parametrize("amount", [0, AMOUNT_MINOR_MAX + 1, -AMOUNT_MINOR_MAX - 1])
    def test_move_money_within_bounds(self, amount: int) -> None:
        refused = refusal(draft(amount, -amount), LineMustMoveMoney)
        assert refused.evidence == {"object": "of 2026-03-15", "got": amount, "unit": "minor units"}

    def test_are_in_the_currency_of_the_ledger(self) -> None:
        refused = refusal(draft(5, -5, currency="USD"), CurrencyMustBeTheLedgers)
        assert refused.evidence == {"object": "of 2026-03-15", "expected": "EUR", "got": "USD"}


class TestTexts:
    @pytest.mark.parametrize(
        ("given", "name"),
        [
            ({"reference": "R" * 101}, "reference"),
            ({"reference": "R\x00"}, "reference"),
            ({"narration": "n" * 1_001}, "narration"),
            ({"narration": "n\x00"}, "narration"),
        ],
    )
    def test_of_the_entry_are_bounded(self, given: dict[str, str], name: str) -> None:
        assert refusal(draft(5, -5, **given), EntryMustNotBeTooLong).evidence["object"] == name

    @pytest.mark.parametrize(("party", "narration", "name"), [
        ("p" * 201, None, "party"), ("p\x00", None, "party"), (None, "n" * 1_001, "narration"),
    ])  # fmt: skip
    def test_of_lines_are_bounded(self, party: str | None, narration: str | None, name: str) -> None:
        lines = [LineDraft("A", 5, "EUR", party, narration), LineDraft("B", -5, "EUR")]
        entry = EntryDraft(DAY, "Sale", lines)
        assert refusal(entry, EntryMustNotBeTooLong).evidence["object"] == name

    def test_may_fill_their_bounds(self) -> None:
        lines = [LineDraft("A", 5, "EUR", "p" * 200, "n" * 1_000), LineDraft("B", -5, "EUR")]
        check_entry(draft=EntryDraft(DAY, "n" * 1_000, lines, "R" * 100), base_currency="EUR")
