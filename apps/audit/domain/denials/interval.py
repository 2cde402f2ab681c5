# SPDX-License-Identifier: Apache-2.0
"""From where to where a seal goes: positions in commit order, never times, and ids where much was denied.

A decision that is written before an instant may be committed behind it. So an interval has what the later
snapshot sees and the earlier one did not, and the next begins where it ended: nothing falls between two.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

ID_MIN, ID_MAX = UUID(int=0), UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Position:
    """A snapshot of PostgreSQL in its text form, of which cluster, and when it was taken."""

    cluster: int
    snapshot: str
    at: datetime | None

    @property
    def first_unknown(self) -> tuple[int, int]:
        """Return cluster and transaction of the first row that it may not know: every one before is known."""
        return self.cluster, _parsed(self.snapshot)[0]

    @property
    def end(self) -> tuple[int, int]:
        """Return cluster and transaction from which on it knows none."""
        return self.cluster, _parsed(self.snapshot)[1]

    def knows(self, *, cluster: int, xid: int) -> bool:
        """Return whether a row of this place is seen: `cortex_was_known` of the database."""
        low, high, running = _parsed(self.snapshot)
        if cluster != self.cluster:
            return cluster < self.cluster
        return xid < low or (xid < high and xid not in running)

    def told(self) -> dict[str, str | int | None]:
        """Return it as a statement says it."""
        return {
            "cluster": self.cluster,
            "snapshot": self.snapshot,
            "at": self.at.isoformat(timespec="microseconds") if self.at else None,
        }

    @classmethod
    def of_told(cls, told: dict[str, str | int | None]) -> "Position":
        """Return the position that a statement says; raises ValueError where it says no snapshot."""
        at = told["at"]
        _parsed(str(told["snapshot"]))
        return cls(
            int(str(told["cluster"])),
            str(told["snapshot"]),
            datetime.fromisoformat(str(at)) if at is not None else None,
        )


@lru_cache(maxsize=2048)
def _parsed(snapshot: str) -> tuple[int, int, frozenset[int]]:
    """Return xmin, xmax and what was under way between; raises ValueError for what is no snapshot."""
    low, high, running = snapshot.split(":")
    return int(low), int(high), frozenset(int(each) for each in running.split(",") if each)


# Before any decision: of a cluster before those that there are.
BEGINNING = Position(-1, "1:1:", None)


@dataclass(frozen=True, slots=True)
class Interval:
    """What `until` knows and `since` did not: the ids behind `after`, up to `up_to` where more follow."""

    since: Position
    until: Position
    after: UUID = ID_MIN
    up_to: UUID | None = None

    def has(self, *, cluster: int, xid: int, decision_id: UUID) -> bool:
        """Return whether the denial of this place and id is in it."""
        return (
            self.after < decision_id <= (self.up_to or ID_MAX)
            and self.until.knows(cluster=cluster, xid=xid)
            and not self.since.knows(cluster=cluster, xid=xid)
        )

    def next(self, *, now: Position) -> "Interval":
        """Return what follows: the rest of this one, or what was committed since."""
        if self.up_to is not None:
            return Interval(self.since, self.until, self.up_to)
        return Interval(self.until, now)
