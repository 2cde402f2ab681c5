# SPDX-License-Identifier: Apache-2.0
"""A column for each day: what was answered and what failed, as geometry that a template draws in SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.plugins.selectors.health import DAYS, PluginHealth

WIDTH, HEIGHT, GAP = 280, 40, 2


@dataclass(frozen=True, slots=True)
class Column:
    """One part of a day's column, and the sentence that says it in words."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    title: str


def by_day(health: PluginHealth) -> Sequence[Column]:
    """Return the columns of the days on which it was called, the newest at the right."""
    highest = max((day.answered + day.failed for day in health.days), default=0)
    if not highest:
        return []
    newest, step = max(day.date for day in health.days), WIDTH // (DAYS + 1)
    columns: list[Column] = []
    for day in health.days:
        x = WIDTH - step * ((newest - day.date).days + 1)
        failed = -(-HEIGHT * day.failed // highest)
        answered = min(-(-HEIGHT * day.answered // highest), HEIGHT - failed)
        for kind, height, above, count, word in (
            ("bad", failed, 0, day.failed, "failed"),
            ("good", answered, failed, day.answered, "answered"),
        ):
            if count:
                y = HEIGHT - above - height
                columns.append(Column(kind, x, y, step - GAP, height, f"{day.date}: {count} {word}"))
    return columns
