# SPDX-License-Identifier: Apache-2.0
"""Data that is kept for a time: rooms say what is theirs, rules in force say for how long."""

from dataclasses import dataclass
from typing import Protocol

from cortex.ports.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedRows:
    """Rows of a company that the nightly job deletes; all parts are SQL of our own, about the alias `t`.

    `key` is the column that tells rows of a company apart. `is_due` is true of a row whose time ran out
    before the day `%(before)s`, and may name `%(company)s`. `subjects` is an array of the ids that a hold may
    name.
    """

    table: str
    key: str
    is_due: str
    subjects: str = "'{}'::uuid[]"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of rows whose time was over: how many were deleted, and how many are held and stay."""

    done: int
    held: int


class Forget(Protocol):
    """How a room deletes rows of its own whose time is over."""

    def __call__(self, *, forgotten_by: Principal) -> Forgotten:
        """Delete what is over and not held, each batch in a transaction of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedData:
    """One kind of data, such as `jobs.job`, which whoever may `read_action` reads.

    Without `rows` its own room deletes it after `fixed_days`, which rules can say and not change: each night
    asks its `forget` to.
    """

    name: str
    title: str
    read_action: str
    rows: RetainedRows | None = None
    fixed_days: int | None = None
    forget: Forget | None = None


_kinds: dict[str, RetainedData] = {}


def retained(*kinds: RetainedData) -> None:
    """Register kinds of data; call it in `AppConfig.ready`."""
    _kinds.update({kind.name: kind for kind in kinds})


def all_retained() -> list[RetainedData]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
