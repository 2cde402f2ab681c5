# SPDX-License-Identifier: Apache-2.0
"""Close a period, softly or fully."""

from uuid import UUID

from apps.accounting.adapters.policy_entities import CLOSE_PERIOD
from apps.accounting.domain.period_state import PeriodState
from apps.accounting.selectors.periods import PeriodRow
from apps.accounting.services.change_period_state import change_period_state
from cortex.ports.principal import Principal


def close_period(
    *, company_id: UUID, period_code: str, closed_by: Principal, is_soft: bool = False, reason: str = ""
) -> PeriodRow:
    """Close the period to postings, or, softly, to all but a controller's; raises as change_period_state."""
    return change_period_state(
        company_id=company_id,
        period_code=period_code,
        wanted=PeriodState.SOFT_CLOSED if is_soft else PeriodState.CLOSED,
        action=CLOSE_PERIOD,
        changed_by=closed_by,
        reason=reason,
    )
