# SPDX-License-Identifier: Apache-2.0
"""Duties about plugins: who keeps versions and keys, and when a company's second person is asked."""

from typing import Any

from tests.unit.cortex.policy.cases import COMPANY, POST, Case

PERIOD = {"__entity": {"type": "Accounting::FiscalPeriod", "id": "2026-01"}}
READ_BOOKS, PROPOSE_ENTRY = "accounting.books.read", "accounting.journal_entry#propose"
AGREED = {"has_consent": True}


def plugin(action: str, *, is_wider: bool, **more: Any) -> Case:
    attributes = {"company": COMPANY, "plugin": "com.example.guard", "is_wider": is_wider}
    return Case(
        f"plugins.installation.{action}", about="Plugins::Installation", attributes=attributes, **more
    )


def of_plugin(action: str, *granted: str, **more: Any) -> Case:
    """Return what a plugin asks for Alice, who is a controller."""
    asker = {"granted": list(granted), **more.pop("asker", {})}
    return Case(action, kind="Plugin", name="com.example.guard", asker=asker, **more)


def row(kind: str) -> dict[str, Any]:
    attributes: dict[str, dict[str, Any]] = {
        "JournalEntry": {"journal": "GENERAL", "period": PERIOD, "is_cancellation": False, "viewers": []},
        "Account": {
            "code": "1",
            "kind": "asset",
            "is_bank_or_cash": False,
            "is_active": True,
            "viewers": [],
        },
        "FiscalPeriod": {"code": "2026-01", "state": "open"},
    }
    return {"about": f"Accounting::{kind}", "attributes": {"company": COMPANY, **attributes[kind]}}


CASES_OF_PLUGINS: dict[str, tuple[Case, bool]] = {
    "install a plugin where one is enough": (plugin("install", is_wider=True), True),
    "install a plugin alone": (plugin("install", is_wider=True, needs_two=True), False),
    "install a plugin with a colleague": (
        plugin("install", is_wider=True, needs_two=True, context={"has_consent": True}),
        True,
    ),
    "upgrade a plugin to no more rights": (plugin("upgrade", is_wider=False, needs_two=True), True),
    "upgrade a plugin to more rights": (plugin("upgrade", is_wider=True, needs_two=True), False),
    "go back to more rights of a plugin": (plugin("rollback", is_wider=True, needs_two=True), False),
    "start a plugin out of quarantine": (plugin("enable", is_wider=True, needs_two=True), False),
    "accountant sees plugins": (Case("plugins.installation.read", ("accountant",)), True),
    "schedule checks plugins": (
        Case("plugins.version.check", (), kind="Service", name="scheduler"),
        True,
    ),
    "revoke a key of plugins long after signing in": (
        Case("plugins.key.revoke", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "controller chooses from versions of plugins": (Case("plugins.version.read"), True),
    "plugin reads without the scope of a grant": (of_plugin(READ_BOOKS, asker={"scopes": []}), False),
    "plugin reads entries": (
        of_plugin(READ_BOOKS, "accounting.journal_entry#read", **row("JournalEntry")),
        True,
    ),
    "plugin reads entries without a grant": (
        of_plugin(READ_BOOKS, "accounting.account#read", **row("JournalEntry")),
        False,
    ),
    "plugin reads accounts without a grant": (
        of_plugin(READ_BOOKS, "accounting.journal_entry#read", **row("Account")),
        False,
    ),
    "plugin reads periods without a grant": (
        of_plugin(READ_BOOKS, "accounting.journal_entry#read", **row("FiscalPeriod")),
        False,
    ),
    "plugin reads periods": (
        of_plugin(READ_BOOKS, "accounting.fiscal_period#read", **row("FiscalPeriod")),
        True,
    ),
    "plugin reads what its person may not": (of_plugin(READ_BOOKS, roles=()), False),
    "plugin posts by itself": (of_plugin(POST, PROPOSE_ENTRY), False),
    "plugin posts with a colleague": (of_plugin(POST, PROPOSE_ENTRY, context=AGREED), True),
    "plugin posts with a colleague and without a grant": (of_plugin(POST, context=AGREED), False),
    "plugin posts with a colleague what its person may not": (
        of_plugin(POST, PROPOSE_ENTRY, context=AGREED, roles=("viewer",)),
        False,
    ),
    "schedule forgets calls of plugins": (
        Case("plugins.call.forget", (), kind="Service", name="scheduler"),
        True,
    ),
}
