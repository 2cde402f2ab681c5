# SPDX-License-Identifier: Apache-2.0
"""What a schedule makes due is proposed once, with its reversal; a schedule that cannot be read says so."""

from typing import Any

import pytest
from cortex_sdk.testing import Harness

import plugin

INSURANCE = "Insurance | 2026-01 | 2026-03 | 6400 | 2900 | 12000"


def run(day: str, *schedule: str, stored: dict[str, Any] | None = None) -> Harness:
    harness = Harness(settings={"schedule": list(schedule)}, stored={} if stored is None else stored)
    told = {"job": "monthly-accruals", "due_at": f"{day}T05:00:00Z"}
    answer = harness.call(plugin.propose_accruals.__name__, told)
    assert answer == {"proposed": len(harness.proposed)}
    return harness


def proposed(harness: Harness) -> list[tuple[str, str, list[tuple[str, int]]]]:
    assert {each[:2] for each in harness.proposed} <= {("accounting.journal_entry", "propose")}
    return [
        (
            content["reference"],
            content["accounting_date"],
            [(line["account"], line["amount_minor"]) for line in content["lines"]],
        )
        for _entity, _verb, content in harness.proposed
    ]


def test_proposes_the_month_before_and_its_reversal_on_the_day_after() -> None:
    assert proposed(run("2026-02-01", INSURANCE)) == [
        ("ACCRUAL-Insurance-2026-01-A", "2026-01-31", [("6400", 12_000), ("2900", -12_000)]),
        ("ACCRUAL-Insurance-2026-01-R", "2026-02-01", [("2900", 12_000), ("6400", -12_000)]),
    ]


def test_proposes_nothing_twice() -> None:
    first = run("2026-02-01", INSURANCE)
    assert proposed(run("2026-02-01", INSURANCE, stored=first.stored)) == []
    second = run("2026-03-01", INSURANCE, stored=first.stored)
    assert [reference for reference, *_rest in proposed(second)] == [
        "ACCRUAL-Insurance-2026-02-A",
        "ACCRUAL-Insurance-2026-02-R",
    ]


def test_makes_up_for_months_that_were_missed() -> None:
    days = [day for _reference, day, _lines in proposed(run("2026-04-15", INSURANCE))]
    assert days == ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"]


def test_goes_on_where_it_was_interrupted() -> None:
    half = {"ACCRUAL-Insurance-2026-01-A": "0193"}
    references = [reference for reference, *_rest in proposed(run("2026-02-01", INSURANCE, stored=half))]
    assert references == ["ACCRUAL-Insurance-2026-01-R"]


def test_proposes_nothing_before_and_behind_its_months() -> None:
    assert proposed(run("2026-01-01", INSURANCE)) == []
    assert proposed(run("2027-04-01", INSURANCE)) == []


@pytest.mark.parametrize(
    "line",
    [
        "Insurance",
        "Insurance | 2026-01 | 2026-03 | 6400 | 2900 | many",
        "Insurance | January | 2026-03 | 6400 | 2900 | 1",
        "Insurance | 2026-03 | 2026-01 | 6400 | 2900 | 1",
        "Insurance | 2026-01 | 2026-03 | 6400 | 2900 | 0",
        " | 2026-01 | 2026-03 | 6400 | 2900 | 1",
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_proposes_nothing(line: str) -> None:
    with pytest.raises(plugin.ScheduleMustBeReadable, match="expected"):
        run("2026-02-01", INSURANCE, line)
