# SPDX-License-Identifier: Apache-2.0
"""What was posted twice is found with its reasons; what only looks alike is left alone."""

from typing import Any

import pytest
from cortex_sdk.testing import Harness, event

import plugin

DEFAULTS = {"days": 60, "score_min": 75, "amount_min_minor": 1_000}
BILL = (("6800", 11_900, None), ("2000", -11_900, "Ada Ltd"))
FIRST: dict[str, Any] = {
    "id": "01",
    "number": 1,
    "accounting_date": "2026-03-02",
    "reference": "A-77",
    "narration": "Rent March, invoice 77",
    "reverses_id": None,
}


def entry(number: int, **told: Any) -> dict[str, Any]:
    return {**FIRST, "id": f"{number:02}", "number": number, "accounting_date": "2026-03-05", **told}


def found(
    *entries: dict[str, Any],
    of: int = 2,
    lines: dict[str, Any] | None = None,
    stored: dict[str, Any] | None = None,
    **settings: Any,
) -> Harness:
    rows = [
        {
            "entry_id": each["id"],
            "accounting_date": each["accounting_date"],
            "account": account,
            "amount_minor": amount,
            "party_id": party,
        }
        for each in (FIRST, *entries)
        for account, amount, party in (lines or {}).get(each["id"], BILL)
    ]
    harness = Harness(
        rows={"accounting.journal_entry": [FIRST, *entries], "accounting.entry_line": rows},
        settings={**DEFAULTS, **settings},
        stored=stored or {},
    )
    harness.call(plugin.on_posted.__name__, event("accounting.journal_entry.posted.v1", about=f"{of:02}"))
    return harness


def test_a_bill_that_was_posted_twice_is_found_with_its_reasons() -> None:
    harness = found(entry(2))
    told = {
        "entry_id": "02",
        "number": 2,
        "resembles_id": "01",
        "resembles_number": 1,
        "score": 115,
        "reasons": [
            "the same accounts with the same amounts",
            "the same reference A-77",
            "the same party",
            "the same or a similar narration",
        ],
    }
    assert harness.emitted == [(plugin.FOUND, told)]
    assert harness.stored == {"found/02/01": told}
    assert [level for level, _line in harness.lines] == ["warning"]


def test_of_two_alike_entries_the_later_one_is_flagged() -> None:
    assert found(entry(2), of=1).emitted == []


@pytest.mark.parametrize(
    "other",
    [
        {"reference": "A-78", "narration": "Rent April, invoice 78"},
        {"accounting_date": "2026-05-02"},
        {"reverses_id": "01"},
    ],
    ids=["next month's", "too long ago", "a reversal"],
)
def test_what_is_another_entry_is_left_alone(other: dict[str, Any]) -> None:
    assert found(entry(2, **other)).emitted == []


@pytest.mark.parametrize("reversed_id", ["01", "02"])
def test_what_was_reversed_is_left_alone(reversed_id: str) -> None:
    assert found(entry(2), entry(3, reverses_id=reversed_id)).emitted == []


def test_other_accounts_are_another_entry() -> None:
    other = (("6900", 11_900, None), ("2000", -11_900, "Ada Ltd"))
    assert found(entry(2), lines={"02": other}).emitted == []


def test_small_amounts_are_left_alone_where_that_is_set() -> None:
    assert found(entry(2), amount_min_minor=11_901).emitted == []


def test_fewer_points_find_more() -> None:
    other = {"reference": None, "narration": "Something else"}
    assert found(entry(2, **other)).emitted == []
    assert len(found(entry(2, **other), score_min=70).emitted) == 1


def test_a_number_in_the_narration_tells_invoices_apart() -> None:
    assert found(entry(2, reference="A-78", narration="Rent March, invoice 78")).emitted == []


def test_findings_are_listed_newest_first_and_in_pages() -> None:
    stored = {f"found/{number:03}/001": {"number": number} for number in range(1, 61)}
    harness = Harness(settings=DEFAULTS, stored=stored)

    def page(**query: str) -> Any:
        request = {"method": "GET", "path": "findings", "query": query, "body": None}
        return harness.call(plugin.findings.__name__, request)

    first = page()
    assert [each["number"] for each in first["findings"]] == list(range(60, 10, -1))
    second = page(after=first["next"])
    assert ([each["number"] for each in second["findings"]], second["next"]) == (list(range(10, 0, -1)), None)


def test_the_oldest_finding_makes_room() -> None:
    full = {f"found/00{number:04}/00": {"number": number} for number in range(1_000)}
    harness = found(entry(2), stored=full)
    assert len(harness.stored) == 1_000
    assert "found/000000/00" not in harness.stored
    assert "found/02/01" in harness.stored
