# SPDX-License-Identifier: Apache-2.0
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounting.domain.generated_books import generate_entries
from apps.accounting.domain.journal_entry import EntryDraft, check_entry
from apps.accounting.domain.trading_chart import BANK, CAPITAL, INPUT_VAT, OUTPUT_VAT, trading_chart

FIRST, LAST = date(2025, 1, 1), date(2026, 6, 30)


def books(*, seed: int = 20, count: int = 300, currency: str = "EUR") -> list[EntryDraft]:
    return list(
        generate_entries(
            seed=seed, count=count, first_day=FIRST, last_day=LAST, currency=currency, prefix="G"
        )
    )


class TestGeneratedBooks:
    @settings(max_examples=15, deadline=None)
    @given(
        seed=st.integers(0, 10**6),
        count=st.integers(1, 400),
        currency=st.sampled_from(("EUR", "JPY", "BHD")),
    )
    def test_balance_use_the_chart_and_have_the_exact_count(
        self, seed: int, count: int, currency: str
    ) -> None:
        entries = books(seed=seed, count=count, currency=currency)
        codes = {account.code for account in trading_chart()}
        assert len(entries) == count
        assert [entry.reference for entry in entries] == [f"G-{place:06d}" for place in range(1, count + 1)]
        assert [entry.accounting_date for entry in entries] == sorted(
            entry.accounting_date for entry in entries
        )
        for entry in entries:
            check_entry(draft=entry, base_currency=currency)
            assert FIRST <= entry.accounting_date <= LAST
            assert {line.account_code for line in entry.lines} <= codes

    def test_are_the_same_for_the_same_seed(self) -> None:
        assert books() == books()
        assert books() != books(seed=21)

    def test_begin_with_the_capital(self) -> None:
        first = books()[0]
        assert [(line.account_code, line.amount_minor) for line in first.lines] == [
            (BANK, 5_000_000),
            (CAPITAL, -5_000_000),
        ]

    def test_return_the_vat_of_each_month_in_the_next(self) -> None:
        returns = [entry for entry in books(count=900) if entry.narration.startswith("VAT return")]
        assert [entry.accounting_date.day for entry in returns] == [10] * 17
        assert {line.account_code for entry in returns for line in entry.lines} == {
            BANK,
            INPUT_VAT,
            OUTPUT_VAT,
        }


class TestChart:
    def test_lists_parents_before_children_and_two_accounts_with_money(self) -> None:
        codes = [account.code for account in trading_chart()]
        assert all(code.rpartition(":")[0] in (*codes[: codes.index(code)], "") for code in codes)
        assert [account.code for account in trading_chart() if account.is_bank_or_cash] == [
            BANK,
            "Assets:Cash",
        ]
