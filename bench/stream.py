# SPDX-License-Identifier: Apache-2.0
"""The entries that both sides post: 100 accounts, hot ones among them, the same for the same number."""

from dataclasses import dataclass
from datetime import date, timedelta

ACCOUNTS = 100
PARTIES = 50
BANK, RECEIVABLE, PAYABLE = 0, 1, 2
FIRST_DAY = date(2026, 1, 1)
DAYS = 365


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of two lines: from one account to another on a day, in minor units."""

    number: int
    day: date
    debit: int
    credit: int
    amount_minor: int
    party: int


def movement(number: int) -> Movement:
    """Return the entry of this number: sales, receipts, bills, payments, transfers in turn.

    Receipts and payments touch the bank, so two entries of five do. Days run through the year again and
    again, so that no account is only ever appended to.
    """
    # Knuth's multiplicative hash spreads neighbours without a generator's state.
    noise = (number * 2654435761) % 2**32
    noise ^= noise >> 15
    debit, credit = _accounts(number % 5, noise >> 3)
    return Movement(
        number=number,
        day=FIRST_DAY + timedelta(days=number % DAYS),
        debit=debit,
        credit=credit,
        amount_minor=(noise >> 8) % 100_000 + 1,
        party=(noise >> 4) % PARTIES,
    )


def _accounts(kind: int, noise: int) -> tuple[int, int]:
    pairs = (
        (RECEIVABLE, 50 + noise % 20),
        (BANK, RECEIVABLE),
        (70 + noise % 30, PAYABLE),
        (PAYABLE, BANK),
        (3 + noise % 47, 3 + (noise + 7) % 47),
    )
    return pairs[kind]
