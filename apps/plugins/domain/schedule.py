# SPDX-License-Identifier: Apache-2.0
"""Schedules of five fields, as cron writes them: minute, hour, day of month, month, day of week."""

import re
from datetime import UTC, datetime, time, timedelta

_BOUNDS = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day of month": (1, 31),
    "month": (1, 12),
    "day of week": (0, 6),
}
_PART = re.compile(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?")


def expected_of_schedule(text: str) -> str | None:
    """Return what was expected where the text is no schedule, or None."""
    written = text.split(" ")
    if len(written) != len(_BOUNDS):
        return "five fields"
    for (name, (least, most)), each in zip(_BOUNDS.items(), written, strict=True):
        if not all(_fits(part, least, most) for part in each.split(",")):
            return f"a {name} of {least} to {most}: numbers, ranges and steps such as 1,5-9,*/10"
    return None


def _fits(part: str, least: int, most: int) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        return False
    first, last, step = (None if each is None else int(each) for each in found.groups())
    if step is not None and (not 1 <= step <= most or (first is not None and last is None)):
        return False
    return first is None or least <= first <= (first if last is None else last) <= most


def latest_due(*, schedule: str, after: datetime, at: datetime) -> datetime | None:
    """Return the last minute up to `at` of the schedule that is later than `after`, or None; both in UTC.

    Where day of month and day of week both say something, either is enough, as cron has it.
    """
    minutes, hours, days, months, weekdays = (
        _numbers(text, *bounds) for text, bounds in zip(schedule.split(" "), _BOUNDS.values(), strict=True)
    )
    is_any_day, is_any_weekday = (schedule.split(" ")[place].startswith("*") for place in (2, 4))
    day = at.date()
    while day >= after.date():
        in_month, in_week = day.day in days, day.isoweekday() % 7 in weekdays
        is_due = in_month and in_week if is_any_day or is_any_weekday else in_month or in_week
        if day.month in months and is_due:
            for hour in sorted(hours, reverse=True):
                for minute in sorted(minutes, reverse=True):
                    found = datetime.combine(day, time(hour, minute), tzinfo=UTC)
                    if after < found <= at:
                        return found
        day -= timedelta(days=1)
    return None


def _numbers(text: str, least: int, most: int) -> frozenset[int]:
    """Return the numbers that a field of a schedule means."""
    found: set[int] = set()
    for part in text.split(","):
        written = _PART.fullmatch(part)
        if written is None:
            raise ValueError(part)
        first, last, step = (None if each is None else int(each) for each in written.groups())
        start = least if first is None else first
        end = most if first is None else (first if last is None else last)
        found.update(range(start, end + 1, step or 1))
    return frozenset(found)
