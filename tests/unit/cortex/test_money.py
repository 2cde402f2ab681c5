# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortex.money import (
    AmountMustBeReadable,
    CurrencyMustBeKnown,
    allocate,
    exponent,
    format_amount,
    format_localised_amount,
    parse_amount,
    parse_localised_amount,
    separators,
)

LOCALES = ("en", "de", "de-CH", "fr", "sv", "hi", "ar", "fa", "pl", "es")
CURRENCIES = ("EUR", "JPY", "BHD", "USD", "CLF")
amounts = st.integers(-(10**15), 10**15)
UNREADABLE = [
    "", " ", "12,50", "1e3", "NaN", "Infinity", "-",
    "+5", "0x10", "1_000", "1.", ".5", "1.2.3", "--1", "1 000",
    "1.234", "-0", "-0.00", "\u0663", "\uff11\uff12", "1\n", "\u22121", "9" * 19, "9" * 40, "1" * 100_000,
]  # fmt: skip


class TestExponent:
    @pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4)])
    def test_is_what_iso_4217_says(self, currency: str, decimals: int) -> None:
        assert exponent(currency) == decimals

    @pytest.mark.parametrize("currency", ["", "eur", "EURO", "ABC", "XAU", "XXX", "978"])
    def test_is_refused_for_what_money_is_not_kept_in(self, currency: str) -> None:
        with pytest.raises(CurrencyMustBeKnown) as refusal:
            exponent(currency)
        assert refusal.value.evidence["got"] == currency


class TestPlainAmount:
    @given(amount=amounts, currency=st.sampled_from(CURRENCIES))
    def test_reads_back_what_was_written(self, amount: int, currency: str) -> None:
        assert parse_amount(format_amount(amount, currency), currency=currency) == amount

    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("12", "EUR", 1200),
            ("12.5", "EUR", 1250),
            ("-0.01", "EUR", -1),
            ("007", "JPY", 7),
            ("1.234", "BHD", 1234),
        ],
    )
    def test_is_read_in_minor_units(self, text: str, currency: str, minor: int) -> None:
        assert parse_amount(text, currency=currency) == minor

    @pytest.mark.parametrize(
        ("minor", "currency", "text"),
        [
            (5, "EUR", "0.05"),
            (-5, "EUR", "-0.05"),
            (0, "EUR", "0.00"),
            (-7, "JPY", "-7"),
            (-12345, "BHD", "-12.345"),
        ],
    )
    def test_is_written_with_all_decimals(self, minor: int, currency: str, text: str) -> None:
        assert format_amount(minor, currency) == text

    @pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: repr(text[:20]))
    def test_is_refused_when_anything_is_unusual(self, text: str) -> None:
        with pytest.raises(AmountMustBeReadable) as refusal:
            parse_amount(text, currency="EUR")
        assert len(refusal.value.message) < 200
        assert refusal.value.evidence["currency"] == "EUR"

    def test_is_refused_with_decimals_that_the_currency_lacks(self) -> None:
        with pytest.raises(AmountMustBeReadable, match="at most 0 decimals"):
            parse_amount("1.0", currency="JPY")

    @given(text=st.text(max_size=50))
    def test_is_read_as_what_it_says_or_refused(self, text: str) -> None:
        try:
            minor = parse_amount(text, currency="EUR")
        except AmountMustBeReadable:
            return
        assert float(text) == pytest.approx(minor / 100)


class TestLocalisedAmount:
    @given(amount=amounts, locale=st.sampled_from(LOCALES), currency=st.sampled_from(CURRENCIES[:3]))
    def test_reads_back_what_was_written(self, amount: int, locale: str, currency: str) -> None:
        written = format_localised_amount(amount, locale=locale, currency=currency)
        try:
            assert parse_localised_amount(written, locale=locale, currency=currency) == amount
        except AmountMustBeReadable:
            # Lakhs group by two digits; what groups by three is all that is taken.
            assert locale == "hi"
            assert abs(amount) >= 10**5

    def test_is_written_as_people_do(self) -> None:
        assert format_localised_amount(-123456789, locale="de", currency="EUR") == "-1.234.567,89"
        assert format_localised_amount(123456789, locale="en", currency="JPY") == "123,456,789"
        assert separators(locale="de") == (",", ".")

    @pytest.mark.parametrize(
        ("locale", "text"), [("en", "12,50"), ("de", "12.50"), ("en", "1,2345"), ("de", "1,2,3")]
    )
    def test_is_refused_where_a_mark_would_change_its_meaning(self, locale: str, text: str) -> None:
        with pytest.raises(AmountMustBeReadable):
            parse_localised_amount(text, locale=locale, currency="EUR")

    def test_takes_the_space_bar_for_a_narrow_space_and_a_true_minus(self) -> None:
        assert parse_localised_amount(" \u22121 234,50 ", locale="fr", currency="EUR") == -123450

    def test_falls_back_to_english_for_a_locale_that_nobody_knows(self) -> None:
        assert parse_localised_amount("1,234.50", locale="xx-none", currency="EUR") == 123450


class TestAllocation:
    @given(total=amounts, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=50).filter(any))
    def test_sums_to_the_total_and_strays_less_than_one_unit(self, total: int, weights: list[int]) -> None:
        shares = allocate(total, weights=weights)
        assert sum(shares) == total
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share * sum(weights) - total * weight) < sum(weights)

    def test_gives_the_largest_remainder_first_and_earlier_among_equals(self) -> None:
        assert allocate(100, weights=[1, 1, 1]) == [34, 33, 33]
        assert allocate(-100, weights=[1, 1, 1]) == [-34, -33, -33]
        assert allocate(10, weights=[1, 2, 0]) == [3, 7, 0]

    @pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1]])
    def test_is_refused_without_weights_to_share_by(self, weights: list[int]) -> None:
        with pytest.raises(ValueError, match="weights must be non-negative and not all zero"):
            allocate(100, weights=weights)
