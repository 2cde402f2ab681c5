# SPDX-License-Identifier: Apache-2.0
"""The common part of opening, closing and locking a period."""

from uuid import UUID

from apps.accounting.domain.logged_content import period_content
from apps.accounting.domain.period_state import PeriodState, check_change
from apps.accounting.models import FiscalPeriod
from apps.accounting.published import FiscalPeriodStateChanged
from apps.accounting.selectors.periods import PeriodRow, get_period, period_to_change
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal


@transactional
def change_period_state(
    *,
    company_id: UUID,
    period_code: str,
    wanted: PeriodState,
    action: str,
    changed_by: Principal,
    reason: str,
) -> PeriodRow:
    """Change the state and return the period; the database waits for every poster that saw the old state.

    Raises: PeriodMustExist, PeriodStateMustAllowTheChange, AccessMustBeGranted.
    """
    registry.get(Authorizer).require(principal=changed_by, action=action, company_id=company_id)
    period = period_to_change(company_id=company_id, code=period_code, changed_by=changed_by)
    before = PeriodState(period.state)
    check_change(period=period.code, state=before, wanted=wanted)
    FiscalPeriod.objects.filter(company_id=company_id, id=period.id).update(state=wanted)
    record_verb(
        company_id=company_id,
        actor=changed_by,
        verb=action,
        object_type=FiscalPeriodStateChanged.aggregate_type,
        object_id=period.id,
        content=period_content(period, state=wanted),
        before=period_content(period, state=before),
        details={"reason": reason} if reason else {},
    )
    event = FiscalPeriodStateChanged(
        aggregate_id=period.id, state_before=before, state=wanted, changed_by=changed_by.urn
    )
    registry.get(EventBus).publish(company_id=company_id, events=[event])
    return get_period(company_id=company_id, code=period_code)
