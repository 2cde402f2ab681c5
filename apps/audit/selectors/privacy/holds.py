# SPDX-License-Identifier: Apache-2.0
"""Legal holds: which are in force, and a lock under which none comes in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.audit.domain.privacy.errors import HoldMustBeInForce, SubjectMustNotBeHeld
from apps.audit.models import Hold
from apps.audit.selectors.privacy.held_objects import held_objects
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as people read it; without a subject it holds all of the company."""

    id: UUID
    subject_id: UUID | None
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_at: datetime | None


@transactional
def lock_privacy(*, company_id: UUID) -> None:
    """Let holds and erasures of the company wait for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(audit_privacy_lock_key(%s))", [company_id])


@transactional
def lock_against_nights() -> None:
    """Wait for rooms that delete what belongs to no single company, and let them wait for us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(audit_privacy_lock_key(%s))", [UUID(int=0)])


@transactional
def require_not_held(*, company_id: UUID, subjects: Sequence[UUID]) -> None:
    """Refuse what a hold in force covers; the first id is the subject's. Raises SubjectMustNotBeHeld.

    A hold on one party covers the entries that it shares with another.
    """
    held = held_objects(company_id=company_id)
    hold = next((held[each] for each in (None, *subjects) if each in held), None)
    if hold is None:
        return
    what = "all of the company" if hold.subject_id is None else str(hold.subject_id)
    raise SubjectMustNotBeHeld(
        f"Subject {subjects[0]}: expected no legal hold, got hold {hold.id} on {what} since "
        f"{hold.placed_at:%Y-%m-%d}. Lift the hold when its reason is over, and ask again.",
        evidence={
            "object": str(subjects[0]),
            "expected": "no legal hold",
            "got": str(hold.id),
            "remedy": "lift the hold when its reason is over",
        },
    )


@transactional
def hold_in_force(*, company_id: UUID, hold_id: UUID) -> Hold:
    """Return the hold, locked; raises HoldMustBeInForce."""
    holds = Hold.objects.select_for_update().filter(company_id=company_id, id=hold_id, lifted_at=None)
    hold = holds.first()
    if hold is None:
        raise HoldMustBeInForce(
            f"Hold {hold_id}: expected a hold in force in this company, got none. List the holds.",
            evidence={"object": "hold", "got": str(hold_id), "remedy": "list the holds"},
        )
    return hold


@transactional
def holds_of(*, company_id: UUID, limit: int = 200) -> list[HoldRow]:
    """Return the company's holds, those in force first, then the newest."""
    rows = (
        Hold.objects.filter(company_id=company_id)
        .order_by("lifted_at", "-id")
        .values_list("id", "subject_id", "reason", "placed_by", "placed_at", "lifted_at")
    )
    # NULL sorts last: what is in force is asked for first.
    in_force = [HoldRow(*row) for row in rows.filter(lifted_at=None)[:limit]]
    return [*in_force, *(HoldRow(*row) for row in rows.exclude(lifted_at=None)[: limit - len(in_force)])]
