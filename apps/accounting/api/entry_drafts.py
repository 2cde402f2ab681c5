# SPDX-License-Identifier: Apache-2.0
"""Bodies that passed the contract, as drafts of the domain."""

from collections.abc import Mapping
from typing import Any

from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from cortex.money import parse_amount


def entry_draft(*, body: Mapping[str, Any], base_currency: str) -> EntryDraft:
    """Return the draft of a validated entry; raises AmountMustBeReadable, CurrencyMustBeKnown."""
    return EntryDraft(
        accounting_date=body["accounting_date"],
        narration=body["narration"],
        reference=body.get("reference"),
        lines=[_line_draft(line, base_currency) for line in body["lines"]],
    )


def _line_draft(line: Mapping[str, Any], base_currency: str) -> LineDraft:
    currency = line.get("currency", base_currency)
    is_debit = "debit" in line
    amount_minor = parse_amount(line["debit" if is_debit else "credit"], currency=currency)
    return LineDraft(
        account_code=line["account"],
        amount_minor=amount_minor if is_debit else -amount_minor,
        currency=currency,
        party=line.get("party"),
        narration=line.get("narration"),
    )
