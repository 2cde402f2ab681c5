# SPDX-License-Identifier: Apache-2.0
"""Doors say who looks: reading in nobody's name sees what policies hide, and is for services alone."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOORS = ("apps/*/api", "apps/*/books", "apps/*/admin", "apps/*/management", "cortex/api", "cortex/backoffice")
# What a door reads back of its own change, or of a row that was filtered before; each with its reason.
ALLOWED = {
    ("apps/accounting/api/views/accounts.py", "get_account"): "the account that was just created",
    ("apps/accounting/api/views/journal_entries.py", "get_journal_entry"): "the entry that was just posted",
    ("apps/accounting/books/pages/new_entry.py", "get_journal_entry"): "the entry that was just posted",
    ("cortex/api/views/waiting.py", "proposal_of"): "the proposal that was just made",
    ("cortex/api/views/webhooks.py", "get_endpoint"): "the endpoint that was just changed",
}


def in_nobodys_name(source: str) -> list[str]:
    """Return the functions that a source calls with `reader=None`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call.func)
        for call in calls
        for given in call.keywords
        if given.arg == "reader" and isinstance(given.value, ast.Constant) and given.value.value is None
    ]


def test_every_door_reads_in_somebodys_name() -> None:
    files = [path for door in DOORS for folder in ROOT.glob(door) for path in folder.rglob("*.py")]
    found = {
        (str(path.relative_to(ROOT)), name) for path in files for name in in_nobodys_name(path.read_text())
    }
    assert found == set(ALLOWED)


def test_a_door_that_reads_in_nobodys_name_is_found() -> None:
    assert in_nobodys_name("get_journal_entry(company_id=company_id, reader=None)") == ["get_journal_entry"]
    assert in_nobodys_name("get_journal_entry(company_id=company_id, reader=self.principal)") == []
