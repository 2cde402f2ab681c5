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


class FiscalPeriodStateChanged(Event):
    """A period was opened, soft-closed, closed or locked."""

    event_type: ClassVar[str] = "accounting.fiscal_period.state_changed.v1"
    aggregate_type: ClassVar[str] = "accounting.fiscal_period"

    state_before: str
    state: str
