# SPDX-License-Identifier: Apache-2.0
"""The kinds of jobs: which function does one, which action it needs, which queue it waits in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cortex.jobs.errors import JobKindMustBeKnown
from cortex.jobs.running import RunningJob

Work = Callable[[RunningJob], Mapping[str, Any] | None]
_kinds: dict[str, "JobKind"] = {}


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind. `action` is asked for again when the job starts: rights may have ended meanwhile."""

    name: str
    action: str
    queue: str
    work: Work


def job_kind(name: str, *, action: str, queue: str) -> Callable[[Work], Work]:
    """Register the decorated function as the work of this kind."""

    def registered(work: Work) -> Work:
        _kinds[name] = JobKind(name=name, action=action, queue=queue, work=work)
        return work

    return registered


def kind_named(name: str) -> JobKind:
    """Return the kind; raises JobKindMustBeKnown."""
    kind = _kinds.get(name)
    if kind is None:
        raise JobKindMustBeKnown(
            f"Job kind {name}: expected a registered kind, got none. Register it with @job_kind in tasks.py.",
            evidence={"object": "job kind", "got": name, "expected": sorted(_kinds)},
        )
    return kind


def all_kinds() -> list[JobKind]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
