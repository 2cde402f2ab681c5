# SPDX-License-Identifier: Apache-2.0
"""What a backup proves of the books: the trial balance of every company, added up from its lines."""

from typing import Any

import psycopg

from apps.accounting.adapters.stored_sums import differing_sums
from cortex.backups.measures import Measured
from cortex.canonical_json import canonical_digest

_BALANCES = """
SELECT c.code, a.code, l.currency, sum(greatest(l.amount_minor, 0))::text, sum(least(l.amount_minor, 0))::text
  FROM accounting_journal_line l
  JOIN accounting_account a ON (a.company_id, a.id) = (l.company_id, l.account_id)
  JOIN tenancy_company c ON c.id = l.company_id
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_UNEQUAL = """
SELECT c.code, l.currency, sum(l.amount_minor) FROM accounting_journal_line l
  JOIN tenancy_company c ON c.id = l.company_id GROUP BY 1, 2 HAVING sum(l.amount_minor) <> 0 ORDER BY 1, 2
"""


def measure_books(connection: psycopg.Connection) -> Measured:
    """Return, by company and currency, debit and credit in minor units and a digest of all balances.

    Shapes: digest is the SHA-256 (hex) of [[account, debit, credit], …] in canonical JSON (RFC 8785).
    Doubts: debit and credit that are not equal, stored balances that are not the sums of their lines.
    """
    balances: dict[tuple[str, str], list[list[str]]] = {}
    for company, account, currency, debit, credit in connection.execute(_BALANCES).fetchall():
        balances.setdefault((company, currency), []).append([account, debit, credit])
    values = {f"{company} {currency}": _words(rows) for (company, currency), rows in balances.items()}
    unequal = connection.execute(_UNEQUAL).fetchall()
    doubts = [f"{company} {currency}: debit and credit differ by {by}" for company, currency, by in unequal]
    # Reports read stored sums; a backup says whether these are the sums of the lines.
    stale = list(differing_sums(rows=lambda text, given: _rows(connection, text, given), company_id=None))
    if stale:
        told = "expected the sums of their lines, got others; the first is "
        doubts.append(f"{len(stale)} stored balances: {told}{stale[0].sentence()}")
    return Measured(values, tuple(doubts))


def _words(rows: list[list[str]]) -> str:
    debit, credit = (sum(int(row[at]) for row in rows) for at in (1, 2))
    digest = canonical_digest(rows)
    return f"debit {debit}, credit {-credit}, balances {digest}"


def _rows(connection: psycopg.Connection, text: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    # The text is made of names of our own tables and columns.
    return connection.execute(text.encode(), given).fetchall()
