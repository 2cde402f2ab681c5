# SPDX-License-Identifier: Apache-2.0
"""What an exception and its early end fix in the log: the digests of their leaves are over these."""

from datetime import date, datetime
from uuid import UUID

from apps.audit.domain.compliance.instants import instant_text
from cortex.canonical_json import canonical_json


def exception_document(
    *, pack_name: str, control_id: str, reason: str, ends_date: date, approved_at: datetime | None
) -> bytes:
    """Return the canonical JSON.

    `approved_at` is None for exceptions from before it was fixed; else nobody can make one count earlier.
    """
    told = {"pack": pack_name, "control": control_id, "reason": reason, "ends": ends_date.isoformat()}
    agreed = {} if approved_at is None else {"approved_at": instant_text(approved_at)}
    return canonical_json({**told, **agreed})


def exception_end_document(*, exception_id: UUID, reason: str, ended_at: datetime) -> bytes:
    """Return the canonical JSON."""
    return canonical_json(
        {"exception": str(exception_id), "reason": reason, "ended_at": instant_text(ended_at)}
    )
