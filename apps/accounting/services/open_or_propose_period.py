# SPDX-License-Identifier: Apache-2.0
"""Open a closed period again, or propose it where the company asks for a second person."""

from uuid import UUID

from apps.accounting.selectors.periods import PeriodRow
from apps.accounting.services.approval_kinds import OPEN
from apps.accounting.services.open_period import open_period
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def open_or_propose_period(
    *, company_id: UUID, period_code: str, opened_by: Principal, reason: str = ""
) -> PeriodRow | ProposalRef:
    """Return the open period, or the proposal; raises as open_period."""
    return do_or_propose(
        work=lambda: open_period(
            company_id=company_id, period_code=period_code, opened_by=opened_by, reason=reason
        ),
        kind=OPEN,
        company_id=company_id,
        principal=opened_by,
        content=lambda: {"period_code": period_code, "reason": reason},
    )
