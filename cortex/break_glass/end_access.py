# SPDX-License-Identifier: Apache-2.0
"""End emergency access before its time."""

from uuid import UUID

from cortex.break_glass.actions import END, require
from cortex.break_glass.errors import EmergencyAccessMustBeOpen
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.record_expired import write_end
from cortex.break_glass.selectors import access_of, locked_access
from cortex.database.transactions import transactional
from cortex.identity.standing import Standing
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def end_access(*, company_id: UUID, access_id: UUID, ended_by: Principal) -> BreakGlassAccess:
    """End it from now on, and return it; call it in the company's scope.

    Raises: AccessMustBeGranted, EmergencyAccessMustExist, EmergencyAccessMustBeOpen.
    """
    access = locked_access(company_id=company_id, access_id=access_id)
    require(principal=ended_by, action=END, company_id=company_id, resource=access.resource())
    now = get(Clock).now()
    if not access.is_open(at=now):
        raise EmergencyAccessMustBeOpen(
            f"Emergency access {access_id}: expected an open one, got one that is over.",
            evidence={"object": str(access_id), "expected": "open", "got": "over"},
        )
    write_end(access=access, at=now, ended_by=ended_by, verb=END)
    get(Standing).forget()
    return access_of(company_id=company_id, access_id=access_id)
