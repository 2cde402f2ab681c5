# SPDX-License-Identifier: Apache-2.0
"""A part of a transaction that gets no longer than it is given, and leaves the rest as it was."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

from cortex.database.transactions import attempt, sqlstate, transactional
from cortex.errors import CortexError

R = TypeVar("R")
_CANCELLED = "57014"


class QueryMustEndInTime(CortexError):
    """A statement took longer than whoever asked for it has."""

    code = "database.query_must_end_in_time"
    status = 504


@transactional
def within(milliseconds: int, work: Callable[[], R]) -> R:
    """Do the work; each statement of it is cancelled after so long, and the work then undone alone.

    The transaction around it goes on, under the bound that it had.
    Raises: QueryMustEndInTime.
    """
    try:
        return attempt(lambda: _bounded(milliseconds, work))
    except OperationalError as error:
        if sqlstate(error) != _CANCELLED:
            raise
        raise QueryMustEndInTime(
            f"Query: expected an answer within {milliseconds} ms, got none. Ask for less.",
            evidence={"object": "query", "expected": milliseconds, "unit": "milliseconds"},
        ) from error


def _bounded(milliseconds: int, work: Callable[[], R]) -> R:
    before = _set("SELECT current_setting('statement_timeout')", [])
    _set("SELECT set_config('statement_timeout', %s, true)", [str(max(1, milliseconds))])
    result = work()
    # A savepoint that is released keeps the setting; one that is rolled back has forgotten it.
    _set("SELECT set_config('statement_timeout', %s, true)", [before])
    return result


def _set(statement: str, parameters: list[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return str(cursor.fetchone()[0])
