# SPDX-License-Identifier: Apache-2.0
"""Refuses postings against rules that a company sets for itself."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from cortex_sdk import Context, Rejected, handler

SATURDAY = 5
# Of a long import the first few say enough.
REASONS_MAX = 5
REMEDY = "Change the entry, or ask who keeps the posting policy."
Entry = Mapping[str, Any]
Settings = Mapping[str, Any]


@handler
def check_entry(request: Mapping[str, Any], context: Context) -> None:
    """Reject with everything that is wrong with any of the entries: nobody has to try again and again."""
    today = date.fromisoformat(context.at[:10])
    entries = request["entries"]
    reasons = [
        f"{_label(entry)}: {reason}" if len(entries) > 1 else reason
        for entry in entries
        for reason in _reasons(entry, today, context.settings)
    ]
    if reasons:
        told = reasons[:REASONS_MAX]
        more = [f"{len(reasons) - REASONS_MAX} more"] if len(reasons) > REASONS_MAX else []
        raise Rejected("; ".join(told + more), remedy=REMEDY)


def _reasons(entry: Entry, today: date, settings: Settings) -> Iterator[str]:
    yield from _day(date.fromisoformat(entry["accounting_date"]), today, settings)
    yield from _pairs(entry, settings.get("forbidden_pairs", []))
    yield from _round_amounts(entry, settings)


def _label(entry: Entry) -> str:
    return entry["reference"] or f"entry of {entry['accounting_date']}"


def _day(day: date, today: date, settings: Settings) -> Iterator[str]:
    if settings.get("weekends_closed") and day.weekday() >= SATURDAY:
        yield f"{day} is a {day:%A}"
    if day.isoformat() in settings.get("closed_days", []):
        yield f"{day} is a closed day"
    ahead = settings.get("days_ahead_max")
    if ahead is not None and day > today + timedelta(days=ahead):
        yield f"{day} lies too far ahead (days: {(day - today).days}, at most {ahead})"


def _pairs(entry: Entry, forbidden: list[str]) -> Iterator[str]:
    """Yield each forbidden pair that some debit and some credit of the entry make."""
    debits = [line["account"] for line in entry["lines"] if line["amount_minor"] > 0]
    credits = [line["account"] for line in entry["lines"] if line["amount_minor"] < 0]
    for pair in forbidden:
        debit, divided, credit = (part.strip() for part in pair.partition("/"))
        if not (debit and divided and credit):
            # A rule that cannot be read must not look like one that is met.
            yield f"the rule {pair!r} is no pair such as 6800/1000: correct it in the settings"
        elif _begins(debits, debit) and _begins(credits, credit):
            yield f"accounts {debit} (debit) and {credit} (credit) must not stand in one entry"


def _begins(codes: list[str], beginning: str) -> bool:
    return any(code.startswith(beginning) for code in codes)


def _round_amounts(entry: Entry, settings: Settings) -> Iterator[str]:
    limit, step = settings.get("round_above_minor"), settings.get("round_step_minor", 100_000)
    if limit is None:
        return
    for line in entry["lines"]:
        amount_minor = abs(line["amount_minor"])
        if amount_minor > limit and amount_minor % step == 0:
            yield f"{amount_minor} minor units on account {line['account']} are a round amount above {limit}"
