# SPDX-License-Identifier: Apache-2.0
"""All that other contexts may import from accounting: its events."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cortex.ports.event_bus import Event


class JournalEntryPosted(Event):
    """An entry stands in the books. Opaque ids only: texts are read from the books, while they last."""

    event_type: ClassVar[str] = "accounting.journal_entry.posted.v1"
    aggregate_type: ClassVar[str] = "accounting.journal_entry"

    journal_id: UUID
    number: int
    accounting_date: date
    reverses_id: UUID | None


class LedgerCreated(Event):
    """A company's books were opened, with their journals; the first event of any books."""

    event_type: ClassVar[str] = "accounting.ledger.created.v1"
    aggregate_type: ClassVar[str] = "accounting.ledger"

    code: str
    base_currency: str
    fiscal_year_start_month: int


class AccountCreated(Event):
    """An account was added to the chart; its code and type stay for good, its name is read from the books."""

    event_type: ClassVar[str] = "accounting.account.created.v1"
    aggregate_type: ClassVar[str] = "accounting.account"

    code: str
    type: str
    is_bank_or_cash: bool


class AccountUpdated(Event):
    """An account was renamed, deactivated or reactivated."""

    event_type: ClassVar[str] = "accounting.account.updated.v1"
    aggregate_type: ClassVar[str] = "accounting.account"

    code: str
    is_renamed: bool
    is_active: bool


class FiscalYearOpened(Event):
    """A fiscal year was opened with its months. Both days are inclusive."""

    event_type: ClassVar[str] = "accounting.fiscal_year.opened.v1"
    aggregate_type: ClassVar[str] = "accounting.fiscal_year"

    code: str
    start_date: date
    end_date: date


class FiscalPeriodStateChanged(Event):
    """A period was opened, soft-closed, closed or locked."""

    event_type: ClassVar[str] = "accounting.fiscal_period.state_changed.v1"
    aggregate_type: ClassVar[str] = "accounting.fiscal_period"

    state_before: str
    state: str
    # The opaque name of who did it, such as `user:0193…`; events of earlier releases lack it.
    changed_by: str = ""
