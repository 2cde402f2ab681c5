# SPDX-License-Identifier: Apache-2.0
"""What a leaf proves about an entry: every posted column that matters, and no personal text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from cortex.canonical_json import canonical_json

# Version 1 covers no recording: entries from before version 2 keep the digest that their leaf has.
VERSIONS = (1, 2)
VERSION = VERSIONS[-1]


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line as it stands in the books."""

    line_no: int
    account_id: UUID
    party_id: UUID | None
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Recording:
    """When an entry was recorded by the database's clock, in which transaction, and of which cluster.

    It decides what was known when. Transaction ids have 64 bits, more than JSON's numbers hold exactly.
    """

    at: datetime
    xid: str
    cluster_epoch: int


@dataclass(frozen=True, slots=True)
class PostedContent:
    """An entry as it stands in the books. `narration_commitment` is 32 bytes."""

    company_id: UUID
    ledger_id: UUID
    journal_id: UUID
    fiscal_year_id: UUID
    period_id: UUID
    entry_id: UUID
    number: int
    accounting_date: date
    reference: str | None
    reverses_id: UUID | None
    is_cancellation: bool
    narration_commitment: bytes
    posted_by: str
    lines: Sequence[PostedLine]
    recorded: Recording
    version: int = VERSION


def entry_digest(content: PostedContent) -> str:
    """Return the SHA-256 (hex) of the entry's canonical form, which anybody can recompute from its rows.

    Source: RFC 8785 for the bytes; ids and dates in their usual text form, amounts as integers.
    """
    return hashlib.sha256(entry_document(content)).hexdigest()


def entry_document(content: PostedContent) -> bytes:
    """Return the canonical form itself: what is handed to whoever checks the digest."""
    return canonical_json(_document(content))


def _document(content: PostedContent) -> dict[str, object]:
    return {
        "v": content.version,
        "company": str(content.company_id),
        "ledger": str(content.ledger_id),
        "journal": str(content.journal_id),
        "fiscal_year": str(content.fiscal_year_id),
        "period": str(content.period_id),
        "entry": str(content.entry_id),
        "number": content.number,
        "accounting_date": content.accounting_date.isoformat(),
        "reference": content.reference,
        "reverses": str(content.reverses_id) if content.reverses_id else None,
        "is_cancellation": content.is_cancellation,
        "narration": content.narration_commitment.hex(),
        "posted_by": content.posted_by,
        "lines": [
            [
                line.line_no,
                str(line.account_id),
                str(line.party_id) if line.party_id else None,
                line.currency,
                line.amount_minor,
            ]
            for line in content.lines
        ],
        **({} if content.version == 1 else {"recorded": _recorded(content.recorded)}),
    }


def _recorded(recorded: Recording) -> list[object]:
    at = recorded.at.astimezone(UTC).isoformat(timespec="microseconds")
    return [at, recorded.xid, recorded.cluster_epoch]
