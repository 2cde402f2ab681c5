# SPDX-License-Identifier: Apache-2.0
"""Drafts of entries as the content of a proposal: plain JSON from which the same drafts are read again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from apps.accounting.domain.journal_entry import EntryDraft, LineDraft


def entries_content(*, drafts: Sequence[EntryDraft], journal_code: str) -> dict[str, Any]:
    """Return the drafts as JSON."""
    return {"journal": journal_code, "entries": [_entry(draft) for draft in drafts]}


def drafts_of(content: Mapping[str, Any]) -> list[EntryDraft]:
    """Return the drafts of a content."""
    return [
        EntryDraft(
            accounting_date=date.fromisoformat(entry["accounting_date"]),
            narration=entry["narration"],
            reference=entry["reference"],
            lines=[_line_of(line) for line in entry["lines"]],
        )
        for entry in content["entries"]
    ]


def _entry(draft: EntryDraft) -> dict[str, Any]:
    return {
        "accounting_date": draft.accounting_date.isoformat(),
        "narration": draft.narration,
        "reference": draft.reference,
        "lines": [_line(line) for line in draft.lines],
    }


def _line(line: LineDraft) -> dict[str, Any]:
    return {
        "account": line.account_code,
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "party": line.party,
        "party_id": str(line.party_id) if line.party_id else None,
        "narration": line.narration,
    }


def _line_of(line: Mapping[str, Any]) -> LineDraft:
    return LineDraft(
        account_code=line["account"],
        amount_minor=line["amount_minor"],
        currency=line["currency"],
        party=line["party"],
        narration=line["narration"],
        party_id=UUID(line["party_id"]) if line["party_id"] else None,
    )
