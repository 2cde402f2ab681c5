# SPDX-License-Identifier: Apache-2.0
"""Rows whose time is over: how many, how many of them are held, and a batch of them deleted.

The service role does it, which sees every company: each statement names the company itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from apps.audit.selectors.privacy.held_objects import held_objects
from cortex.database.service_role import service_transaction
from cortex.ports.retention import RetainedRows
from cortex.tenancy.scope import scope

COUNTED_MAX = 10_000
# Tables, columns and conditions are texts of our own rooms; values are parameters.
_IS_DUE = "t.company_id = %(company)s AND ({is_due})"
# ANY of a constant is looked up by its hash, however many objects are held; && would compare each with each.
_IS_HELD = """
(%(all_is_held)s OR EXISTS (
  SELECT FROM unnest({subjects}) AS about (id) WHERE about.id = ANY(%(held)s::uuid[])))
"""
_DELETE = """
DELETE FROM {table} WHERE company_id = %(company)s AND {key} IN (
  SELECT t.{key} FROM {table} t WHERE {is_due} AND NOT {is_held} ORDER BY t.{key} LIMIT %(limit)s)
"""
_COUNT = """
SELECT count(*) FILTER (WHERE NOT is_held), count(*) FILTER (WHERE is_held)
  FROM (SELECT {is_held} AS is_held FROM {table} t WHERE {is_due} LIMIT %(limit)s) due
"""


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of a company whose time ran out before a day."""

    company_id: UUID
    rows: RetainedRows
    before: date


def delete_batch(due: Due, *, limit: int) -> int:
    """Delete at most `limit` rows that nothing holds, and return how many.

    No hold comes in between: both take the lock of the company.
    """
    with service_transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(audit_privacy_lock_key(%s))", [due.company_id])
        cursor.execute(_filled(_DELETE, due.rows), _parameters(due, limit))
        return int(cursor.rowcount)


def counted(due: Due) -> tuple[int, int]:
    """Return how many rows are due and not held, and how many are held, of the first 10,000."""
    with service_transaction() as cursor:
        cursor.execute(_filled(_COUNT, due.rows), _parameters(due, COUNTED_MAX))
        left, held = cursor.fetchone()
    return left, held


def _filled(statement: str, rows: RetainedRows) -> str:
    is_due = _IS_DUE.format(is_due=rows.is_due)
    is_held = _IS_HELD.format(subjects=rows.subjects)
    return statement.format(table=rows.table, key=rows.key, is_due=is_due, is_held=is_held)


def _parameters(due: Due, limit: int) -> dict[str, Any]:
    # Rooms look under the application's role, which sees the company alone and what is committed by now.
    with scope([due.company_id]):
        held = held_objects(company_id=due.company_id)
    return {
        "company": due.company_id,
        "before": due.before,
        "limit": limit,
        "all_is_held": None in held,
        "held": [subject for subject in held if subject is not None],
    }
