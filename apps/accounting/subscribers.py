# SPDX-License-Identifier: Apache-2.0
"""What the books do when something has happened in them."""

from apps.accounting.domain.period_state import PeriodState
from apps.accounting.published import FiscalPeriodStateChanged
from apps.accounting.services.announce_reopened_period import announce_reopened_period
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import subscriber
from cortex.ports.asking import asks_nothing


@subscriber("accounting.reopened_periods", event_types=[FiscalPeriodStateChanged.event_type])
@asks_nothing("policies choose whom it tells of what was let through before; nobody is refused")
def announce(event: ReceivedEvent) -> None:
    """Tell those who answer for the books that a closed period takes postings again."""
    if (event.data["state_before"], event.data["state"]) != (PeriodState.CLOSED, PeriodState.OPEN):
        return
    announce_reopened_period(
        company_id=event.company_id,
        event_id=event.id,
        period_id=event.aggregate_id,
        reopened_by=event.data.get("changed_by", ""),
        reopened_at=event.published_at,
    )
