# SPDX-License-Identifier: Apache-2.0
"""Questions to PostgreSQL's own catalogue: what the real database promises, not what the code says."""

from dataclasses import dataclass
from typing import Any

from django.db import connections

CONTEXTS = ("accounting", "audit", "plugins", "mlops")
FOREIGN_KEYS = """
SELECT f.conrelid::regclass::text, f.confrelid::regclass::text, f.conname, columns.source, columns.target
  FROM pg_constraint f, LATERAL (
       SELECT array_agg(a.attname::text ORDER BY place) AS source,
              array_agg(b.attname::text ORDER BY place) AS target
         FROM unnest(f.conkey, f.confkey) WITH ORDINALITY AS pair(source, target, place)
         JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = pair.source
         JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = pair.target) AS columns
 WHERE f.contype = 'f' ORDER BY 1, 3
"""
# The policy for everybody must compare the scope both ways; a second one may exist for the service role only.
COMPANY_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       count(*) FILTER (WHERE p.polroles = '{0}' AND p.polcmd = '*'
                          AND pg_get_expr(p.polqual, c.oid) LIKE '%cortex_scope()%'
                          AND pg_get_expr(p.polwithcheck, c.oid) LIKE '%cortex_scope()%') = 1
       AND count(*) FILTER (WHERE p.polroles <> '{0}'
                              AND p.polroles <> ARRAY['cortex_service'::regrole::oid]) = 0
  FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
   AND (c.relname = 'tenancy_company' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'company_id'
                                     AND NOT a.attisdropped))
 GROUP BY c.oid, c.relname ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One foreign key, as the database enforces it."""

    table: str
    target: str
    name: str
    columns: list[str]
    target_columns: list[str]


@dataclass(frozen=True, slots=True)
class CompanyTable:
    """One table whose rows belong to a company, and how it is guarded."""

    name: str
    is_enabled: bool
    is_forced: bool
    has_scope_policy: bool


def ask(query: str, *, using: str = "default") -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def foreign_keys(*, using: str = "default") -> list[ForeignKey]:
    """Return every foreign key of the database."""
    return [ForeignKey(*row) for row in ask(FOREIGN_KEYS, using=using)]


def company_tables(*, using: str = "default") -> list[CompanyTable]:
    """Return every table whose rows belong to a company."""
    return [CompanyTable(*row) for row in ask(COMPANY_TABLES, using=using)]


def keys_that_leave_the_company(*, using: str = "default") -> list[str]:
    """Return the keys between two tables of companies that do not compare the company."""
    owned = {table.name for table in company_tables(using=using)} - {"tenancy_company"}
    return [
        f"{key.table} -> {key.target} ({', '.join(key.columns)})"
        for key in foreign_keys(using=using)
        if {key.table, key.target} <= owned
        if ("company_id", "company_id") not in zip(key.columns, key.target_columns, strict=True)
    ]


def keys_between_contexts(*, using: str = "default") -> list[str]:
    """Return the keys that lead into a context from outside."""
    return [
        f"{key.table} -> {key.target}"
        for key in foreign_keys(using=using)
        if _context(key.target) is not None and _context(key.table) != _context(key.target)
    ]


def unguarded_tables(*, not_forced: set[str], using: str = "default") -> list[str]:
    """Return the tables of companies that a role could read beyond its scope."""
    return [
        table.name
        for table in company_tables(using=using)
        if not (table.is_enabled and table.has_scope_policy) or table.is_forced == (table.name in not_forced)
    ]


def _context(table: str) -> str | None:
    return next((context for context in CONTEXTS if table.startswith(f"{context}_")), None)
