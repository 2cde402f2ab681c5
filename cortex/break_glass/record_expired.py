# SPDX-License-Identifier: Apache-2.0
"""Write down which access is over by its time: it opened nothing any more before, whatever ran or not."""

from datetime import datetime
from uuid import UUID

from cortex.break_glass.actions import EXPIRE
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import EmergencyAccessEnded
from cortex.break_glass.trail import access_digest, leave_trail
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

SCHEDULER = Principal.service("scheduler")
_OVER = "SELECT DISTINCT company_id FROM break_glass_access WHERE ended_at IS NULL AND expires_at <= %s"


def record_all_expired(*, at: datetime) -> int:
    """Write down the ends of every company; return how many there were."""
    with service_transaction() as cursor:
        cursor.execute(_OVER, [at])
        companies = [row[0] for row in cursor.fetchall()]
    recorded = 0
    for company_id in companies:
        with scope([company_id]):
            recorded += record_expired(company_id=company_id, at=at)
    return recorded


@transactional
def record_expired(*, company_id: UUID, at: datetime, user_id: UUID | None = None) -> int:
    """Write down the ends of a company in scope, or one person's alone; return how many there were."""
    over = BreakGlassAccess.objects.filter(company_id=company_id, ended_at__isnull=True, expires_at__lte=at)
    if user_id is not None:
        over = over.filter(user_id=user_id)
    found = list(over.order_by("id").select_for_update(of=("self",)))
    if found:
        get(Authorizer).require(principal=SCHEDULER, action=EXPIRE, company_id=company_id)
    for access in found:
        write_end(access=access, at=access.expires_at, ended_by=SCHEDULER, verb=EXPIRE)
    return len(found)


def write_end(*, access: BreakGlassAccess, at: datetime, ended_by: Principal, verb: str) -> None:
    """Write the end of one down, and leave its leaf and its event; call it with the row locked."""
    rows = BreakGlassAccess.objects.filter(company_id=access.company_id, id=access.id)
    before = access_digest(access)
    access.ended_at, access.ended_by = at, ended_by.urn
    rows.update(ended_at=access.ended_at, ended_by=access.ended_by)
    event = EmergencyAccessEnded(
        aggregate_id=access.id, opened_by=access.holder, ended_by=ended_by.urn, ended_at=at
    )
    leave_trail(access=access, before=before, verb=verb, actor=ended_by, event=event)
