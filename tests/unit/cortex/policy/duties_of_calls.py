# SPDX-License-Identifier: Apache-2.0
"""Duties of plugins that act: what they were granted, within what their person may, and never alone."""

from typing import Any

from tests.unit.cortex.policy.cases import COMPANY, Case

POST, READ_BOOKS = "accounting.journal_entry.post", "accounting.books.read"
READ_ENTRIES, PROPOSE = "accounting.journal_entry#read", "accounting.journal_entry#propose"
PERIOD = {"__entity": {"type": "Accounting::FiscalPeriod", "id": "2026-01"}}
AGREED = {"has_consent": True}
ROWS: dict[str, dict[str, Any]] = {
    "JournalEntry": {"journal": "GENERAL", "period": PERIOD, "is_cancellation": False, "viewers": []},
    "Account": {"code": "1", "kind": "asset", "is_bank_or_cash": False, "is_active": True, "viewers": []},
    "FiscalPeriod": {"code": "2026-01", "state": "open"},
}


def of_plugin(action: str, *granted: str, **more: Any) -> Case:
    """Return what a plugin asks for Alice, who is a controller."""
    asker = {"granted": list(granted), **more.pop("asker", {})}
    return Case(action, kind="Plugin", name="com.example.guard", asker=asker, **more)


def reads(kind: str, *granted: str) -> Case:
    attributes = {"company": COMPANY, **ROWS[kind]}
    return of_plugin(READ_BOOKS, *granted, about=f"Accounting::{kind}", attributes=attributes)


CASES_OF_CALLS: dict[str, tuple[Case, bool]] = {
    "plugin reads without the scope of a grant": (of_plugin(READ_BOOKS, asker={"scopes": []}), False),
    "plugin reads entries": (reads("JournalEntry", READ_ENTRIES), True),
    "plugin reads entries without a grant": (reads("JournalEntry", "accounting.account#read"), False),
    "plugin reads accounts without a grant": (reads("Account", READ_ENTRIES), False),
    "plugin reads periods": (reads("FiscalPeriod", "accounting.fiscal_period#read"), True),
    "plugin reads periods without a grant": (reads("FiscalPeriod", READ_ENTRIES), False),
    "plugin reads what its person may not": (of_plugin(READ_BOOKS, roles=()), False),
    "plugin posts by itself": (of_plugin(POST, PROPOSE), False),
    "plugin posts with a colleague": (of_plugin(POST, PROPOSE, context=AGREED), True),
    "plugin posts with a colleague and without a grant": (of_plugin(POST, context=AGREED), False),
    "plugin posts with a colleague what its person may not": (
        of_plugin(POST, PROPOSE, context=AGREED, roles=("viewer",)),
        False,
    ),
    "schedule forgets calls of plugins": (
        Case("plugins.call.forget", (), kind="Service", name="scheduler"),
        True,
    ),
}
