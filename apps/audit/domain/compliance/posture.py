# SPDX-License-Identifier: Apache-2.0
"""What results say of controls, today: a result that is too old says nothing any more."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from apps.audit.domain.compliance.by_hand import Performed, ProcedureStanding, by_hand_of
from apps.audit.domain.compliance.pack import Check, Control, Pack, Procedure
from apps.audit.domain.compliance.probe import Status


class State(StrEnum):
    """How a control stands; `excepted` is one that fails, which a second person agreed to for a while."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"
    MANUAL = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest result of a check. `evidence` is the exact text that `digest` is the SHA-256 of."""

    check_id: str
    status: Status
    reason: str
    checked_at: datetime
    evidence: str
    digest: str
    result_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of an exception before its day: from then on it counts no more."""

    id: UUID
    reason: str
    ended_by: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An exception: until which day (exclusive) a control may fail, who agreed, and who ended it before."""

    id: UUID
    control_id: str
    reason: str
    requested_by: str
    approved_by: str
    ends_date: date
    # What its leaf fixes.
    document: bytes
    ended: Ended | None = None

    def counts_at(self, now: datetime) -> bool:
        """Return whether the control may fail at this instant."""
        return now.date() < self.ends_date and (self.ended is None or now < self.ended.ended_at)


@dataclass(frozen=True, slots=True)
class CheckStanding:
    """A check and what is known of it now."""

    check: Check
    seen: Seen | None
    status: Status
    reason: str

    @property
    def due_at(self) -> datetime | None:
        """Return from when on the schedule looks again, None where it never looked: it is due at once."""
        return due_at(self.check, self.seen)


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """A control, judged by its checks, and by its procedures once one of them was recorded."""

    control: Control
    state: State
    checks: Sequence[CheckStanding]
    procedures: Sequence[Procedure]
    exceptions: Sequence[Granted] = ()
    by_hand: Sequence[ProcedureStanding] = ()


@dataclass(frozen=True, slots=True)
class Posture:
    """A pack, control by control."""

    pack: Pack
    controls: Sequence[ControlStanding]
    counts: Mapping[State, int] = field(default_factory=dict)

    @property
    def gaps(self) -> list[ControlStanding]:
        """Return the controls that somebody has to see to."""
        return [each for each in self.controls if each.state in (State.NOT_MET, State.UNKNOWN)]

    @property
    def next_due_at(self) -> datetime | None:
        """Return when the first of the checks is due again, None where one is due at once."""
        due = [each.due_at for control in self.controls for each in control.checks]
        known = [instant for instant in due if instant is not None]
        return min(known, default=None) if len(known) == len(due) else None


def posture_of(
    pack: Pack,
    *,
    seen: Mapping[str, Seen],
    exceptions: Sequence[Granted],
    now: datetime,
    performed: Sequence[Performed] = (),
) -> Posture:
    """Return how each control of the pack stands at this instant."""
    standings = {check.id: standing_of(check, seen.get(check.id), now=now) for check in pack.checks}
    controls = []
    for control in pack.controls:
        checks = [standings[check.id] for check in pack.checks_of(control.id)]
        by_hand = by_hand_of(pack, control.id, performed=performed, now=now)
        granted = [each for each in exceptions if each.control_id == control.id and each.counts_at(now)]
        statuses = [each.status for each in checks] + [each.status for each in by_hand]
        state = _state(statuses, is_excepted=bool(granted))
        procedures = pack.procedures_of(control.id)
        controls.append(ControlStanding(control, state, checks, procedures, granted, by_hand))
    return Posture(pack, controls, dict(Counter(each.state for each in controls)))


def standing_of(check: Check, seen: Seen | None, *, now: datetime) -> CheckStanding:
    """Return what is known of a check; without a fresh result, nothing is."""
    if seen is None:
        return CheckStanding(check, None, Status.UNKNOWN, "It was never run.")
    if now - seen.checked_at > check.max_age:
        return CheckStanding(
            check, seen, Status.UNKNOWN, f"The last result is of {seen.checked_at:%Y-%m-%d %H:%M} UTC."
        )
    return CheckStanding(check, seen, seen.status, seen.reason)


def due_at(check: Check, seen: Seen | None) -> datetime | None:
    """Return when the schedule looks again: at half the age, so that one missed run leaves no gap."""
    return None if seen is None else seen.checked_at + check.max_age / 2


def is_due(check: Check, seen: Seen | None, *, now: datetime) -> bool:
    """Return whether the schedule looks again with its next turn."""
    due = due_at(check, seen)
    return due is None or now >= due


def _state(statuses: Sequence[Status], *, is_excepted: bool) -> State:
    if not statuses:
        return State.MANUAL
    if Status.FAIL in statuses and not is_excepted:
        return State.NOT_MET
    # An exception covers what fails; that nothing can be seen, nobody agreed to.
    if Status.UNKNOWN in statuses:
        return State.UNKNOWN
    return State.EXCEPTED if Status.FAIL in statuses else State.MET
