# SPDX-License-Identifier: Apache-2.0
"""Lock a closed period for good."""

from uuid import UUID

from apps.accounting.adapters.policy_entities import LOCK_PERIOD
from apps.accounting.domain.period_state import PeriodState
from apps.accounting.selectors.periods import PeriodRow
from apps.accounting.services.change_period_state import change_period_state
from cortex.ports.principal import Principal


def lock_period(*, company_id: UUID, period_code: str, locked_by: Principal, reason: str = "") -> PeriodRow:
    """Lock the period; nobody, not even the database's owner, opens it again."""
    return change_period_state(
        company_id=company_id,
        period_code=period_code,
        wanted=PeriodState.LOCKED,
        action=LOCK_PERIOD,
        changed_by=locked_by,
        reason=reason,
    )
