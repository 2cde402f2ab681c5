# SPDX-License-Identifier: Apache-2.0
"""Conditions on rows as parts of statements that are written by hand."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.sql import Query

from cortex.policy.filters.truth import Condition


def sql_of(
    condition: Condition, *, rows: QuerySet[Any], column: str, alias: str | None = None
) -> tuple[str, tuple[Any, ...]]:
    """Return the end of a WHERE, beginning with AND, and its parameters.

    `rows` are those of the company; `column` is their id as the statement names it, and `alias` the name of
    their table where it stands in the statement itself. Nothing is added where all are seen, so that the
    statement keeps its plan.
    """
    if condition is True:
        return "", ()
    if condition is False:
        return " AND false", ()
    query, table = rows.filter(condition).order_by().values("id").query, rows.model._meta.db_table
    tables = {name for name, uses in query.alias_refcount.items() if uses}
    if alias is not None and tables == {table}:
        return _beside(query, table, alias)
    text, parameters = query.sql_with_params()
    return f" AND {column} IN ({text})", parameters


def _beside(query: Query, table: str, alias: str) -> tuple[str, tuple[Any, ...]]:
    """Return the condition on the statement's own row: no second look at each row, and none to plan."""
    relabelled = query.clone()
    if alias != table:
        relabelled.change_aliases({table: alias})
    compiler = relabelled.get_compiler("default")
    text, parameters = compiler.compile(relabelled.where)
    return f" AND ({text})", tuple(parameters)
