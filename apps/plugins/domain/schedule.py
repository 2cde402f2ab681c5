# SPDX-License-Identifier: Apache-2.0
"""Schedules of five fields, as cron writes them: minute, hour, day of month, month, day of week."""

import re

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
