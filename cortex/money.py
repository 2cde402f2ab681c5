# SPDX-License-Identifier: Apache-2.0
"""Money is an integer of minor units and an ISO 4217 currency; never a float."""

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from iso4217 import Currency

from cortex.errors import CortexError

DIGITS_MAX = 18
_PLAIN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_SPACES = "\u0020\u00a0\u202f\u2009"


class CurrencyMustBeKnown(CortexError):
    """Not a currency of ISO 4217 that money is kept in."""

    code = "money.currency_must_be_known"


class AmountMustBeReadable(CortexError):
    """Not a plain decimal number of this currency."""

    code = "money.amount_must_be_readable"


@cache
def exponent(currency: str) -> int:
    """Return the number of decimals of a currency; raises CurrencyMustBeKnown. Source: ISO 4217 list one."""
    try:
        decimals = Currency(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None:
        raise CurrencyMustBeKnown(
            f"Currency {currency[:10]!r}: expected a code of ISO 4217 such as EUR, "
            "got none that money is kept in.",
            evidence={"object": "currency", "expected": "a code of ISO 4217", "got": currency[:10]},
        )
    return int(decimals)


def parse_amount(text: str, *, currency: str) -> int:
    """Read a plain decimal such as `-1234.50` as minor units; raises AmountMustBeReadable.

    Strict: an ASCII point as decimal mark, no grouping, no exponent, no more decimals than the currency
    has, at most 18 digits, and no negative zero.
    """
    decimals = exponent(currency)
    match = _PLAIN.fullmatch(text) if len(text) <= 2 * DIGITS_MAX else None
    if match is None:
        raise _unreadable(text, currency, "digits with a point as decimal mark, as in 1234.50")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > decimals:
        raise _unreadable(text, currency, f"at most {decimals} decimals")
    if len(whole.lstrip("0")) + decimals > DIGITS_MAX:
        raise _unreadable(text, currency, f"at most {DIGITS_MAX} digits")
    amount_minor = int(whole + fraction.ljust(decimals, "0"))
    if sign and not amount_minor:
        raise _unreadable(text, currency, "0 without a sign")
    return -amount_minor if sign else amount_minor


def format_amount(amount_minor: int, currency: str) -> str:
    """Write minor units as a plain decimal with all decimals of the currency, as in `-1234.50`."""
    decimals = exponent(currency)
    digits = str(abs(amount_minor)).rjust(decimals + 1, "0")
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def parse_localised_amount(text: str, *, locale: str, currency: str) -> int:
    """Read an amount as people of `locale` write it; raises AmountMustBeReadable.

    Strict: groups, where there are any, have three digits each, so that `12,50` is refused where the
    comma groups instead of becoming 1250.
    """
    decimal_mark, group_mark = _marks(locale)
    cleaned = text.strip()
    grouped = _grouped(decimal_mark, group_mark)
    if len(cleaned) > 2 * DIGITS_MAX or not grouped.fullmatch(cleaned):
        raise _unreadable(text, currency, f"an amount such as {_example(locale)}")
    for mark in {group_mark, *_SPACES} - {decimal_mark}:
        cleaned = cleaned.replace(mark, "")
    return parse_amount(cleaned.replace(decimal_mark, ".").replace("\u2212", "-"), currency=currency)


def format_localised_amount(amount_minor: int, *, locale: str, currency: str) -> str:
    """Write minor units as people of `locale` do, with all decimals of the currency."""
    decimals = exponent(currency)
    whole, fraction = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    text = sign + format_decimal(whole, locale=_locale(locale), numbering_system="latn")
    return text + _marks(locale)[0] + str(fraction).rjust(decimals, "0") if decimals else text


def separators(*, locale: str) -> tuple[str, str]:
    """Return the decimal mark and the group mark that amounts of `locale` are written with."""
    return _marks(locale)


def allocate(total_minor: int, *, weights: Sequence[int]) -> list[int]:
    """Share `total_minor` in proportion to non-negative `weights`; the shares sum to it exactly.

    Largest remainder first (Hamilton's method), earlier weights first among equals.
    """
    if not weights or any(weight < 0 for weight in weights) or not sum(weights):
        raise ValueError("weights must be non-negative and not all zero")
    sign, amount, whole = (-1 if total_minor < 0 else 1), abs(total_minor), sum(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return [sign * share for share in shares]


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@cache
def _marks(locale: str) -> tuple[str, str]:
    parsed = _locale(locale)
    return (
        get_decimal_symbol(parsed, numbering_system="latn"),
        get_group_symbol(parsed, numbering_system="latn"),
    )


@cache
def _grouped(decimal_mark: str, group_mark: str) -> re.Pattern[str]:
    # A locale that groups by a narrow space is typed with a common one.
    groups = f"[{re.escape(group_mark)}{_SPACES if group_mark in _SPACES else ''}]"
    whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+)"
    return re.compile(rf"[-\u2212]?{whole}(?:{re.escape(decimal_mark)}[0-9]+)?", re.ASCII)


def _example(locale: str) -> str:
    return format_localised_amount(123450, locale=locale, currency="EUR")


def _unreadable(text: str, currency: str, expected: str) -> AmountMustBeReadable:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return AmountMustBeReadable(
        f"Amount {shown!r} {currency}: expected {expected}.",
        evidence={"object": "amount", "expected": expected, "got": shown, "currency": currency},
    )
