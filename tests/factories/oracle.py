# SPDX-License-Identifier: Apache-2.0
"""The slow way to every figure: read all lines, add them up in Python, compare with what is stored."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from apps.accounting.domain.entry_digest import PostedContent, PostedLine, Recording, entry_digest
from apps.audit.published import leaf_hash, opens
from cortex.canonical_json import canonical_json
from cortex.database.transactions import transactional

Sums = Mapping[tuple[Any, ...], tuple[int, int, int]]
ENTRIES = """
SELECT e.company_id, ledger_id, journal_id, fiscal_year_id, period_id, id, number, accounting_date, reference,
       reverses_id, is_cancellation, recorded_at, recorded_xid::text, cluster_epoch, narration_commitment,
       posted_by, line_count, salt, narration, line_narrations::text
  FROM accounting_journal_entry e JOIN accounting_journal_entry_text ON entry_id = id
"""
LINES = """
SELECT l.entry_id, l.line_no, l.account_id, l.party_id, l.currency, l.amount_minor, l.accounting_date,
       l.period_id, e.is_cancellation
  FROM accounting_journal_line l JOIN accounting_journal_entry e ON e.id = l.entry_id
 ORDER BY l.entry_id, l.line_no
"""
LEAVES = """
SELECT object_id, body, leaf_hash FROM audit_entry
 WHERE convert_from(body, 'UTF8') LIKE '%.journal_entry.%'
"""
EVENTS = "SELECT aggregate_id FROM events_outbox_event WHERE aggregate_type = 'accounting.journal_entry'"
DAYS = """
SELECT account_id, accounting_date, debit_minor, credit_minor, line_count FROM accounting_account_day_balance
"""
PERIODS = """
SELECT account_id, period_id, debit_minor, credit_minor, line_count FROM accounting_account_period_balance
"""
COUNTERS = "SELECT journal_id, fiscal_year_id, last_number FROM accounting_journal_counter"


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line with what its entry says about it."""

    entry_id: UUID
    line_no: int
    account_id: UUID
    party_id: UUID | None
    currency: str
    amount_minor: int
    accounting_date: date
    period_id: UUID
    is_cancellation: bool

    @property
    def debit_minor(self) -> int:
        """Return what the line adds to gross debits; a cancellation takes from the side it corrects."""
        return self.amount_minor if (self.amount_minor > 0) != self.is_cancellation else 0

    @property
    def credit_minor(self) -> int:
        """Return what the line adds to gross credits."""
        return self.debit_minor - self.amount_minor


@transactional
def stored_lines() -> list[StoredLine]:
    """Return every line of the companies in scope."""
    return [StoredLine(*row) for row in _rows(LINES)]


@transactional
def check_books() -> int:
    """Assert everything that must hold of the companies in scope, and return how many entries they have."""
    lines, entries = stored_lines(), _rows(ENTRIES)
    by_entry: dict[UUID, list[StoredLine]] = defaultdict(list)
    for line in lines:
        by_entry[line.entry_id].append(line)
    assert by_entry.keys() == {entry[5] for entry in entries}
    _check_balances(lines)
    _check_numbers(entries)
    leaves = _leaves()
    for entry in entries:
        _check_entry(entry, by_entry[entry[5]], leaves)
    assert Counter(event for (event,) in _rows(EVENTS)) == Counter(entry[5] for entry in entries)
    return len(entries)


def _check_balances(lines: Sequence[StoredLine]) -> None:
    stored_days = {tuple(row[:2]): tuple(row[2:]) for row in _rows(DAYS)}
    stored_periods = {tuple(row[:2]): tuple(row[2:]) for row in _rows(PERIODS)}
    assert stored_days == summed(lines, "account_id", "accounting_date")
    assert stored_periods == summed(lines, "account_id", "period_id")


def summed(lines: Sequence[StoredLine], *keys: str) -> Sums:
    """Return gross debit, gross credit and number of lines for each combination of `keys`."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        cell = sums[tuple(getattr(line, key) for key in keys)]
        cell[0] += line.debit_minor
        cell[1] += line.credit_minor
        cell[2] += 1
    return {key: (debit, credit, count) for key, (debit, credit, count) in sums.items()}


def _check_numbers(entries: Sequence[Sequence[Any]]) -> None:
    numbers: dict[tuple[UUID, UUID], list[int]] = defaultdict(list)
    for entry in entries:
        numbers[entry[2], entry[3]].append(entry[6])
    for given in numbers.values():
        assert sorted(given) == list(range(1, len(given) + 1))
    assert {tuple(row[:2]): row[2] for row in _rows(COUNTERS)} == {
        key: len(given) for key, given in numbers.items()
    }


def _check_entry(
    entry: Sequence[Any], lines: Sequence[StoredLine], leaves: Mapping[UUID, dict[str, Any]]
) -> None:
    *head, at, xid, epoch, commitment, posted_by, line_count, salt, narration, line_narrations = entry
    assert [line.line_no for line in lines] == list(range(1, line_count + 1))
    assert sum(line.amount_minor for line in lines) == 0
    content = PostedContent(
        *head,
        narration_commitment=bytes(commitment),
        posted_by=posted_by,
        lines=[
            PostedLine(line.line_no, line.account_id, line.party_id, line.currency, line.amount_minor)
            for line in lines
        ],
        recorded=Recording(at, xid, epoch),
    )
    leaf = leaves[content.entry_id]
    assert leaf["digest"] == entry_digest(content)
    assert leaf["actor"] == posted_by
    assert leaf["verb"] == f"accounting.journal_entry.{'reverse' if content.reverses_id else 'post'}"
    texts = [narration, *orjson.loads(line_narrations or b"[]")]
    assert opens(digest=bytes(commitment), salt=bytes(salt), value=canonical_json(texts).decode())


def _leaves() -> dict[UUID, dict[str, Any]]:
    """Return the one leaf of every entry."""
    leaves: dict[UUID, dict[str, Any]] = {}
    for object_id, body, stored_hash in _rows(LEAVES):
        assert object_id not in leaves
        assert leaf_hash(bytes(body)) == bytes(stored_hash)
        leaves[object_id] = orjson.loads(bytes(body))
    return leaves


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
