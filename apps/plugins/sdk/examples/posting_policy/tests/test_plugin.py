# SPDX-License-Identifier: Apache-2.0
"""Each rule refuses what it is about, and nothing while it is not set."""

from typing import Any

import pytest
from cortex_sdk.testing import Harness

import plugin

SALE = [("1000", 120_000), ("4000", -120_000)]


def entry(day: str, lines: list[tuple[str, int]], reference: str | None = None) -> dict[str, Any]:
    told = [
        {"account": account, "amount_minor": amount, "currency": "EUR", "party": None, "narration": ""}
        for account, amount in lines
    ]
    return {"accounting_date": day, "narration": "Sale", "reference": reference, "lines": told}


def judged(*entries: dict[str, Any], **settings: Any) -> Any:
    harness = Harness(settings=settings, at="2026-03-04T10:00:00Z")
    return harness.call(plugin.check_entry.__name__, {"journal": "GENERAL", "entries": list(entries)})


def asked(day: str = "2026-03-04", lines: list[tuple[str, int]] | None = None, **settings: Any) -> Any:
    return judged(entry(day, lines or SALE), **settings)


def refused(*reasons: str) -> dict[str, str]:
    remedy = "Change the entry, or ask who keeps the posting policy."
    return {"rejected": "; ".join(reasons), "remedy": remedy}


def test_without_settings_everything_is_posted() -> None:
    assert asked("2026-03-07", [("1000", 10_000_000), ("4000", -10_000_000)]) is None


@pytest.mark.parametrize(("day", "name"), [("2026-03-07", "Saturday"), ("2026-03-08", "Sunday")])
def test_weekends_are_closed_where_they_are(day: str, name: str) -> None:
    assert asked(day, weekends_closed=True) == refused(f"{day} is a {name}")
    assert asked("2026-03-06", weekends_closed=True) is None


def test_closed_days_are_closed() -> None:
    assert asked(closed_days=["2026-03-04"]) == refused("2026-03-04 is a closed day")
    assert asked(closed_days=["2026-03-05"]) is None


def test_a_date_may_lie_as_far_ahead_as_is_set() -> None:
    assert asked("2026-03-14", days_ahead_max=10) is None
    told = "2026-03-15 lies too far ahead (days: 11, at most 10)"
    assert asked("2026-03-15", days_ahead_max=10) == refused(told)
    assert asked("2026-03-05", days_ahead_max=0) == refused(
        "2026-03-05 lies too far ahead (days: 1, at most 0)"
    )


def test_a_forbidden_pair_is_one_of_debit_and_credit() -> None:
    paid = [("6800", 500), ("1000", -500)]
    told = "accounts 68 (debit) and 10 (credit) must not stand in one entry"
    assert asked(lines=paid, forbidden_pairs=["68/10"]) == refused(told)
    assert asked(lines=[("6800", -500), ("1000", 500)], forbidden_pairs=["68/10"]) is None


@pytest.mark.parametrize("rule", ["68", "/10", "68/", ""])
def test_a_rule_that_cannot_be_read_refuses(rule: str) -> None:
    told = f"the rule {rule!r} is no pair such as 6800/1000: correct it in the settings"
    assert asked(forbidden_pairs=[rule]) == refused(told)


def test_round_amounts_are_refused_above_the_limit() -> None:
    def sale(amount: int) -> list[tuple[str, int]]:
        return [("1000", amount), ("4000", -amount)]

    told = "200000 minor units on account {} are a round amount above 100000"
    limited = {"round_above_minor": 100_000}
    assert asked(lines=sale(200_000), **limited) == refused(told.format("1000"), told.format("4000"))
    assert asked(lines=sale(200_001), **limited) is None
    assert asked(lines=sale(100_000), **limited) is None
    assert asked(lines=sale(150_000), round_above_minor=100_000, round_step_minor=50_000) is not None


def test_everything_that_is_wrong_is_told_at_once() -> None:
    told = asked("2026-03-07", weekends_closed=True, closed_days=["2026-03-07"])
    assert told == refused("2026-03-07 is a Saturday", "2026-03-07 is a closed day")


def test_of_several_entries_it_says_which() -> None:
    told = judged(
        entry("2026-03-07", SALE, "A-1"),
        entry("2026-03-06", SALE, "A-2"),
        entry("2026-03-08", SALE),
        weekends_closed=True,
    )
    assert told == refused("A-1: 2026-03-07 is a Saturday", "entry of 2026-03-08: 2026-03-08 is a Sunday")


def test_of_a_long_import_it_tells_the_first_few() -> None:
    told = judged(*(entry("2026-03-07", SALE, f"A-{number}") for number in range(7)), weekends_closed=True)
    first = [f"A-{number}: 2026-03-07 is a Saturday" for number in range(5)]
    assert told == refused(*first, "2 more")
