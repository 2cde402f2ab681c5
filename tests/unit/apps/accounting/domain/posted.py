# SPDX-License-Identifier: Apache-2.0
"""Posted entries as the pure rules see them, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cortex.ids import uuid7


@dataclass(frozen=True)
class Line:
    """A posted line."""

    account_code: str
    amount_minor: int
    currency: str = "EUR"
    party: str | None = "Harbour Hotel"
    narration: str | None = "Sale"
    party_id: UUID | None = field(default_factory=uuid7)


@dataclass(frozen=True)
class Entry:
    """A posted entry of two lines."""

    id: UUID = field(default_factory=uuid7)
    label: str = "GENERAL/2026/1"
    accounting_date: date = date(2026, 3, 15)
    narration: str | None = "Sale"
    lines: Sequence[Line] = (Line("Assets:Bank", 1_234), Line("Income:Sales", -1_234))
