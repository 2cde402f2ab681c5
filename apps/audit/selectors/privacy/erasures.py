# SPDX-License-Identifier: Apache-2.0
"""What was erased: how much, when and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.models import Erasure
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure as people read it; `removed` counts rows by what they were."""

    id: UUID
    subject_type: str
    subject_id: UUID
    removed: Mapping[str, int]
    erased_by: str
    erased_at: datetime


@transactional
def erasures_of(*, company_id: UUID, limit: int = 200) -> list[ErasureRow]:
    """Return the company's erasures, newest first."""
    rows = (
        Erasure.objects.filter(company_id=company_id)
        .order_by("-id")
        .values_list("id", "subject_type", "subject_id", "removed", "erased_by", "erased_at")
    )
    return [ErasureRow(*row) for row in rows[:limit]]
