# SPDX-License-Identifier: Apache-2.0
"""Ask whether these entries may be posted: for their amount, and for the periods into which they go."""

from collections.abc import Sequence
from uuid import UUID

from apps.accounting.adapters.draft_resource import draft_resource
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.domain.period_state import PeriodState, period_must_be_open
from apps.accounting.selectors.periods import periods_on
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_SHUT = (PeriodState.CLOSED, PeriodState.LOCKED)


def require_for_drafts(
    *, company_id: UUID, ledger_id: UUID, drafts: Sequence[EntryDraft], posted_by: Principal, action: str
) -> None:
    """Require the action on what is to be posted.

    Policies refuse a period that is closed or locked, and the decision says so. Whoever asked may otherwise
    post, so they are told the rule of the books, which names the day and the way on, and not that they lack a
    right. A period that closes between this question and the posting is refused by the database.

    Raises: AccessMustBeGranted and what it needs, PeriodMustBeOpen.
    """
    periods = periods_on(
        company_id=company_id, ledger_id=ledger_id, days=[draft.accounting_date for draft in drafts]
    )
    resource = draft_resource(
        company_id=company_id,
        drafts=drafts,
        entered_by=posted_by,
        period_states=[period.state for period in periods.values()],
    )
    try:
        get(Authorizer).require(principal=posted_by, action=action, company_id=company_id, resource=resource)
    except AccessMustBeGranted as refusal:
        shut = next((day for day in sorted(periods) if periods[day].state in _SHUT), None)
        if shut is None:
            raise
        found = periods[shut]
        raise period_must_be_open(day=shut.isoformat(), period=found.code, state=found.state) from refusal
