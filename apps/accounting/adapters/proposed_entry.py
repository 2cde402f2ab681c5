# SPDX-License-Identifier: Apache-2.0
"""An entry that a plugin asks for, read strictly: what comes of it is a draft like any other."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.accounting.domain.errors import ProposedEntryMustBeWellFormed
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft

_MEMBERS = {"accounting_date", "narration", "reference", "lines", "journal"}
_OF_LINES = {"account", "amount_minor", "currency", "party", "narration"}
FORM = (
    '{"accounting_date": "2026-01-31", "narration": "…", "reference"?: "…", "journal"?: "GENERAL", "lines": '
    '[{"account": "…", "amount_minor": 1234, "currency"?: "EUR", "party"?: "…", "narration"?: "…"}, …]}; '
    "amounts are whole minor units, debit +, credit -"
)


def proposed_draft(*, untrusted_content: Mapping[str, Any], base_currency: str) -> EntryDraft:
    """Return the draft; raises ProposedEntryMustBeWellFormed."""
    _require_members(untrusted_content, _MEMBERS, "entry")
    lines = untrusted_content.get("lines")
    if not isinstance(lines, list):
        raise _malformed("lines", "a list")
    return EntryDraft(
        accounting_date=_date(untrusted_content),
        narration=_text(untrusted_content, "narration", "entry") or "",
        reference=_text(untrusted_content, "reference", "entry"),
        lines=[_line(line, base_currency) for line in lines],
    )


def _line(line: Any, base_currency: str) -> LineDraft:
    if not isinstance(line, Mapping):
        raise _malformed("lines", "objects")
    _require_members(line, _OF_LINES, "line")
    amount, account = line.get("amount_minor"), _text(line, "account", "line")
    if type(amount) is not int:
        raise _malformed("amount_minor", "a whole number of minor units")
    if not account:
        raise _malformed("account", "the code of an account")
    return LineDraft(
        account_code=account,
        amount_minor=amount,
        currency=_text(line, "currency", "line") or base_currency,
        party=_text(line, "party", "line"),
        narration=_text(line, "narration", "line"),
    )


def _date(content: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(content["accounting_date"])
    except (KeyError, TypeError, ValueError):
        raise _malformed("accounting_date", "a date such as 2026-01-31") from None


def _text(content: Mapping[str, Any], name: str, place: str) -> str | None:
    found = content.get(name)
    if found is not None and not isinstance(found, str):
        raise _malformed(f"{place}.{name}", "a text")
    return found


def _require_members(content: Mapping[str, Any], known: set[str], place: str) -> None:
    if strange := sorted(content.keys() - known):
        raise _malformed(f"{place}.{strange[0][:80]}", f"members {', '.join(sorted(known))} and no other")


def _malformed(place: str, expected: str) -> ProposedEntryMustBeWellFormed:
    return ProposedEntryMustBeWellFormed(
        f"Proposed entry, {place}: expected {expected}.",
        evidence={"object": "proposed entry", "place": place, "expected": expected, "remedy": FORM},
    )
