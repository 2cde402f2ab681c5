# SPDX-License-Identifier: Apache-2.0
"""What people did by hand: it counts from its record until its interval is over, and then it is unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from apps.audit.domain.compliance.instants import instant_text
from apps.audit.domain.compliance.pack import Pack, Procedure
from apps.audit.domain.compliance.probe import Status
from cortex.canonical_json import canonical_digest, canonical_json

FORMAT = 1
OUTCOMES = {"passed": Status.PASS, "failed": Status.FAIL}


class Method(StrEnum):
    """How it was done. Source: NIST SP 800-53A, the methods of assessment that a person has."""

    EXAMINE = "EXAMINE"
    INTERVIEW = "INTERVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """One record. `procedure_digest` is that of the procedure as it was: another text asks something else.

    `place` is its leaf's in the log, where that is known: of two records of one day the later counts.
    """

    id: UUID
    pack_name: str
    procedure_id: str
    procedure_digest: str
    performed_date: date
    outcome: str
    method: str
    note: str
    evidence_sha256: str | None
    recorded_by: str
    recorded_at: datetime
    place: int = 0

    @property
    def document(self) -> bytes:
        """Return the canonical JSON that the leaf fixes."""
        return canonical_json(
            {
                "v": FORMAT,
                "record": str(self.id),
                "pack": self.pack_name,
                "procedure": self.procedure_id,
                "sha256": self.procedure_digest,
                "performed_on": self.performed_date.isoformat(),
                "outcome": self.outcome,
                "method": self.method,
                "note": self.note,
                "evidence": self.evidence_sha256,
                "recorded_at": instant_text(self.recorded_at),
            }
        )


@dataclass(frozen=True, slots=True)
class ProcedureStanding:
    """A procedure, and what is known of it now."""

    procedure: Procedure
    last: Performed | None
    status: Status
    reason: str


def digest_of_procedure(pack: Pack, procedure_id: str) -> str:
    """Return the SHA-256 (hex) of a procedure as the pack has it."""
    return canonical_digest(next(each for each in pack.document["procedures"] if each["id"] == procedure_id))


def counts_until(procedure: Procedure, performed_date: date) -> datetime:
    """Return when a record says nothing any more: its interval after the end of its day, in UTC."""
    return datetime.combine(performed_date, time(), UTC) + timedelta(days=1) + procedure.every


def by_hand_of(
    pack: Pack, control_id: str, *, performed: Iterable[Performed], now: datetime
) -> list[ProcedureStanding]:
    """Return how the procedures of a control stand.

    Nothing until one of them was recorded: the pack merely describes them then. From there on all count.
    """
    newest = [(each, _newest(pack, each, performed)) for each in pack.procedures_of(control_id)]
    if not any(last for _, last in newest):
        return []
    return [_standing(each, last, now) for each, last in newest]


def records_for(pack: Pack, performed: Iterable[Performed]) -> list[Performed]:
    """Return the records of procedures as this version of the pack has them."""
    known = {(each.id, digest_of_procedure(pack, each.id)) for each in pack.procedures}
    return [
        each
        for each in performed
        if each.pack_name == pack.name and (each.procedure_id, each.procedure_digest) in known
    ]


def _newest(pack: Pack, procedure: Procedure, performed: Iterable[Performed]) -> Performed | None:
    own: Sequence[Performed] = [
        each for each in records_for(pack, performed) if each.procedure_id == procedure.id
    ]
    return max(own, key=lambda each: (each.performed_date, each.place, each.id), default=None)


def _standing(procedure: Procedure, last: Performed | None, now: datetime) -> ProcedureStanding:
    if last is None:
        return ProcedureStanding(procedure, None, Status.UNKNOWN, "It was never recorded.")
    until = counts_until(procedure, last.performed_date)
    told, end = f"On {last.performed_date} it {last.outcome}", f"{until:%Y-%m-%d %H:%M} UTC"
    if now >= until:
        return ProcedureStanding(procedure, last, Status.UNKNOWN, f"{told}, which counted until {end}.")
    return ProcedureStanding(procedure, last, OUTCOMES[last.outcome], f"{told}. It counts until {end}.")
