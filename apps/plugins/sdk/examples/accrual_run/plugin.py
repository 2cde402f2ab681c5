# SPDX-License-Identifier: Apache-2.0
"""Proposes monthly accruals and their reversals from a schedule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cortex_sdk import Context, PluginError, commands, handler, log, store

# What was missed for longer is not made up for: its periods are closed, and a person should look.
MONTHS_BACK_MAX = 12
PARTS = "name | first month | last month | debit account | credit account | amount".split(" | ")


class ScheduleMustBeReadable(PluginError):
    """A line of the schedule is none."""


@dataclass(frozen=True)
class Accrual:
    """One line of the schedule; months are their first days, both inclusive."""

    name: str
    first_month: date
    last_month: date
    debit: str
    credit: str
    amount_minor: int

    def is_due(self, month: date) -> bool:
        """Tell whether the month is one of the schedule's."""
        return self.first_month <= month <= self.last_month


@handler
def propose_accruals(request: Mapping[str, Any], context: Context) -> dict[str, int]:
    """Propose what is due of each month that ended, once; return how many entries were proposed."""
    accruals = [_accrual(line) for line in context.settings.get("schedule", [])]
    proposed = 0
    for month in _ended_months(date.fromisoformat(request["due_at"][:10])):
        for accrual in accruals:
            if accrual.is_due(month):
                proposed += _propose(accrual, month)
    log.info(f"{proposed} entries proposed")
    return {"proposed": proposed}


def _accrual(line: str) -> Accrual:
    parts = [part.strip() for part in line.split("|")]
    try:
        name, first, last, debit, credit, amount = parts
        found = Accrual(name, _month(first), _month(last), debit, credit, int(amount))
    except ValueError:
        raise ScheduleMustBeReadable(f"{line!r}: expected {' | '.join(PARTS)}") from None
    if not (name and debit and credit) or found.amount_minor <= 0 or found.first_month > found.last_month:
        raise ScheduleMustBeReadable(
            f"{line!r}: expected a name, accounts, an amount above 0, months in order"
        )
    return found


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _ended_months(today: date) -> Iterator[date]:
    """Yield the first days of the months that are over, the oldest first: one that was missed comes now."""
    first = today.replace(day=1)
    for _ in range(MONTHS_BACK_MAX):
        first = (first - timedelta(days=1)).replace(day=1)
    while first < today.replace(day=1):
        yield first
        first = _next(first)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _propose(accrual: Accrual, month: date) -> int:
    """Propose accrual and reversal, and remember each: the run may end between them and come again."""
    reversal_day, count = _next(month), 0
    entries = (
        ("A", reversal_day - timedelta(days=1), accrual.debit, accrual.credit, "Accrual"),
        ("R", reversal_day, accrual.credit, accrual.debit, "Reversal of accrual"),
    )
    for kind, day, debit, credit, word in entries:
        reference = f"ACCRUAL-{accrual.name[:60]}-{month:%Y-%m}-{kind}"
        if store.read(reference) is None:
            lines = [
                {"account": debit, "amount_minor": accrual.amount_minor},
                {"account": credit, "amount_minor": -accrual.amount_minor},
            ]
            narration = f"{word} {accrual.name} {month:%Y-%m}"
            commands.propose_entry(day.isoformat(), narration, lines, reference=reference)
            store.write(reference, month.isoformat())
            count += 1
    return count
