# SPDX-License-Identifier: Apache-2.0
"""Open a closed period again."""

from uuid import UUID

from apps.accounting.adapters.policy_entities import OPEN_PERIOD
from apps.accounting.domain.period_state import PeriodState
from apps.accounting.selectors.periods import PeriodRow
from apps.accounting.services.change_period_state import change_period_state
from cortex.ports.principal import Principal


def open_period(*, company_id: UUID, period_code: str, opened_by: Principal, reason: str = "") -> PeriodRow:
    """Let the period take postings again; raises as change_period_state."""
    return change_period_state(
        company_id=company_id,
        period_code=period_code,
        wanted=PeriodState.OPEN,
        action=OPEN_PERIOD,
        changed_by=opened_by,
        reason=reason,
    )
