# SPDX-License-Identifier: Apache-2.0
"""Denials with their places in commit order: read once for many seals, found for each."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from apps.audit.domain.denials.interval import Interval
from apps.audit.domain.denials.seal import Denial


@dataclass(frozen=True, slots=True)
class PlacedDenial:
    """A denial, the cluster in which it was recorded and the transaction that did."""

    cluster: int
    xid: int
    denial: Denial

    @property
    def place(self) -> tuple[int, int]:
        """Return what it is found by."""
        return self.cluster, self.xid


class PlacedDenials:
    """What was read for a batch of seals."""

    def __init__(self, read: Iterable[PlacedDenial]) -> None:
        self._placed = sorted(read, key=lambda one: one.place)
        self._places = [one.place for one in self._placed]

    def within(self, interval: Interval) -> list[Denial]:
        """Return those of the interval."""
        first = bisect_left(self._places, interval.since.first_unknown)
        end = bisect_left(self._places, interval.until.end)
        return [
            one.denial
            for one in self._placed[first:end]
            if interval.has(cluster=one.cluster, xid=one.xid, decision_id=one.denial.id)
        ]
