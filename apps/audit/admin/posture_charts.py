# SPDX-License-Identifier: Apache-2.0
"""Bars of our own: widths and classes for SVG, so that no script and no inline style is needed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.audit.domain.compliance.posture import Posture, State
from apps.audit.domain.compliance.probe import Status
from apps.audit.models import CheckRun

WIDTH = 600
STATE_KINDS: Mapping[State, str] = {
    State.MET: "good",
    State.EXCEPTED: "soft",
    State.MANUAL: "plain",
    State.UNKNOWN: "warn",
    State.NOT_MET: "bad",
}
STATUS_KINDS: Mapping[Status, str] = {Status.PASS: "good", Status.FAIL: "bad", Status.UNKNOWN: "warn"}


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar, in units of the drawing."""

    x: int
    width: int
    kind: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name, and the figures that stand beside it."""

    name: str
    segments: Sequence[Segment]
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """Return what the whole bar stands for."""
        return sum(self.counts)


def by_group(posture: Posture) -> list[Bar]:
    """Return a bar for each group of controls, in the pack's order."""
    groups: dict[str, Counter[State]] = {}
    for each in posture.controls:
        groups.setdefault(each.control.group, Counter())[each.state] += 1
    return _bars(
        (name, [(kind, str(state), counts[state]) for state, kind in STATE_KINDS.items()])
        for name, counts in groups.items()
    )


def by_run(runs: Sequence[CheckRun]) -> list[Bar]:
    """Return a bar for each run, the newest first."""
    return _bars(
        (
            f"{run.started_at:%Y-%m-%d %H:%M}",
            [
                ("good", "passed", run.passed_count),
                ("warn", "unknown", run.unknown_count),
                ("bad", "failed", run.failed_count),
            ],
        )
        for run in runs
    )


def _bars(rows: Iterable[tuple[str, list[tuple[str, str, int]]]]) -> list[Bar]:
    return [Bar(name, _segments(parts), [count for _, _, count in parts]) for name, parts in rows]


def _segments(parts: Sequence[tuple[str, str, int]]) -> list[Segment]:
    total, done, segments = sum(count for _, _, count in parts), 0, []
    for kind, word, count in parts:
        if count:
            x, end = WIDTH * done // total, WIDTH * (done + count) // total
            segments.append(Segment(x, max(end - x - 1, 1), kind, word, count))
            done += count
    return segments
