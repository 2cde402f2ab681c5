# SPDX-License-Identifier: Apache-2.0
"""Open emergency access for oneself, and raise the alarm."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError

from cortex.break_glass.actions import OPEN, require
from cortex.break_glass.alarm import raise_alarm
from cortex.break_glass.errors import (
    EmergencyAccessMustBeTheOnlyOne,
    EmergencyAccessMustBeWellFormed,
    HolderMustBeAPerson,
)
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import EmergencyAccessOpened
from cortex.break_glass.record_expired import record_expired
from cortex.break_glass.trail import leave_trail
from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.identity.standing import Standing
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

LASTS, LASTS_MAX = timedelta(hours=1), timedelta(hours=4)
REASON_LENGTH_MIN, REASON_LENGTH_MAX = 10, 500


@transactional
def open_access(
    *, company_id: UUID, reason: str, opened_by: Principal, lasts: timedelta = LASTS
) -> BreakGlassAccess:
    """Open the company to this person until the time is over; call it in the company's scope.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, HolderMustBeAPerson, EmergencyAccessMustBeWellFormed,
    EmergencyAccessMustBeTheOnlyOne.
    """
    require(principal=opened_by, action=OPEN, company_id=company_id)
    user_id = _require_person(opened_by)
    reason = reason.strip()
    _require_well_formed(reason, lasts)
    now = get(Clock).now()
    record_expired(company_id=company_id, at=now, user_id=user_id)
    access = BreakGlassAccess(
        company_id=company_id, user_id=user_id, reason=reason, opened_at=now, expires_at=now + lasts
    )
    _insert(access)
    event = EmergencyAccessOpened(
        aggregate_id=access.id, opened_by=opened_by.urn, expires_at=access.expires_at
    )
    leave_trail(access=access, before=None, verb=OPEN, actor=opened_by, event=event, reason=reason)
    raise_alarm(access=access)
    get(Standing).forget()
    return access


def _require_person(principal: Principal) -> UUID:
    if principal.kind != "user" or principal.user_id is None or principal.scopes is not None:
        raise HolderMustBeAPerson(
            f"Emergency access: expected a person who signed in, got {principal.urn}. "
            "Sign in at a page, or name the person with `--as` at the console.",
            evidence={"object": "emergency access", "expected": "a person", "got": principal.urn},
        )
    return principal.user_id


def _require_well_formed(reason: str, lasts: timedelta) -> None:
    if not REASON_LENGTH_MIN <= len(reason) <= REASON_LENGTH_MAX or not reason.isprintable():
        raise EmergencyAccessMustBeWellFormed(
            f"Emergency access: expected a reason of one line with {REASON_LENGTH_MIN} to "
            f"{REASON_LENGTH_MAX} characters, got {len(reason)}.",
            evidence={"object": "reason", "expected": REASON_LENGTH_MIN, "got": len(reason)},
        )
    if not timedelta(0) < lasts <= LASTS_MAX:
        raise EmergencyAccessMustBeWellFormed(
            f"Emergency access: expected it to last at most {LASTS_MAX}, got {lasts}.",
            evidence={"object": "duration", "expected": str(LASTS_MAX), "got": str(lasts)},
        )


def _insert(access: BreakGlassAccess) -> None:
    try:
        attempt(lambda: access.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "break_glass_one_open":
            raise
        raise EmergencyAccessMustBeTheOnlyOne(
            "Emergency access: expected none of yours to be open in this company, got one. "
            "Use it, or end it and open another one.",
            evidence={"object": "emergency access", "remedy": "end the open one"},
        ) from error
