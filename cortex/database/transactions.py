# SPDX-License-Identifier: Apache-2.0
"""The one place that opens transactions and retries them.

The outermost service or selector opens the transaction, so that a retry runs the whole verb again;
what it calls joins. Deadlocks and serialisation failures never reach a person.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections, transaction
from psycopg.pq import TransactionStatus

from cortex.database.session import apply_settings, bound_settings
from cortex.errors import CortexError

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS_MAX = 8
# Class 40 of the SQLSTATE table: the server rolled back and invites us to try again.
SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"
# Class 08 and the server's shutting down, crashing or starting; the client's own report has no SQLSTATE.
CONNECTION_LOST = ("08", "57P01", "57P02", "57P03")
_ROLE = "default"
_applied: ContextVar[Mapping[str, str] | None] = ContextVar("applied_session_settings", default=None)
# What the open transaction writes last, by writer; and what is done when it is over, whatever came of it.
_last: ContextVar["dict[Writer, list[Any]] | None"] = ContextVar("written_before_commit", default=None)
_afterwards: ContextVar["list[Callable[[], None]] | None"] = ContextVar("done_afterwards", default=None)
Writer = Callable[[list[Any]], None]


class TryAgain(Exception):
    """Raised by a service that lost a race and would succeed on a second reading."""


class DatabaseMustBeReachable(CortexError):
    """The database went away; what was acknowledged is kept, what was not may or may not have been done."""

    code = "database.database_must_be_reachable"
    status = 503


def in_transaction() -> bool:
    """Return whether a transaction of ours is open in this context."""
    return _applied.get() is not None


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """Make one call one transaction: open and retry it when outermost, join it when nested."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_transaction():
            with _joined():
                return function(*args, **kwargs)
        with _followed():
            return _retried(lambda: _in_new_transaction(lambda: function(*args, **kwargs)))

    return call


def write_before_commit(item: Any, *, writer: Writer) -> None:
    """Give the item to the writer just before the open transaction commits, all of one writer's in one call.

    What the transaction does not commit is never written.
    """
    last = _last.get()
    if last is None:
        raise RuntimeError("A transaction must be open: nothing else says when to write.")
    last.setdefault(writer, []).append(item)


def after_transaction(work: Callable[[], None]) -> None:
    """Do the work when the open transaction is over, committed or not; at once where none is open."""
    afterwards = _afterwards.get()
    if afterwards is None or not in_transaction():
        work()
    else:
        afterwards.append(work)


def attempt(work: Callable[[], R]) -> R:
    """Do a part of the open transaction's work: if it raises, it alone is undone and the rest may go on.

    What it gave to be written before the commit is undone with it.
    """
    owed = _owed()
    try:
        with transaction.atomic(using=_ROLE):
            return work()
    except BaseException:
        _owe_again(owed)
        raise


def rehearse(work: Callable[[], R]) -> R:
    """Do the work, check what is checked at commit, undo it all, and return what the work returned."""

    @transactional
    def run() -> R:
        owed = _owed()
        # A savepoint: a rehearsal inside a larger transaction takes back its own part only.
        with transaction.atomic(using=_ROLE):
            result = work()
            with connections[_ROLE].cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True, using=_ROLE)
        _owe_again(owed)
        return result

    return run()


def _owed() -> dict[Writer, list[Any]]:
    """Return a copy of what waits to be written just before the commit."""
    return {writer: list(items) for writer, items in (_last.get() or {}).items()}


def _owe_again(owed: dict[Writer, list[Any]]) -> None:
    """Forget what came to be owed since the copy was made."""
    last = _last.get()
    if last is not None:
        last.clear()
        last.update(owed)


def _in_new_transaction(work: Callable[[], R]) -> R:
    settings = dict(bound_settings())
    with transaction.atomic(using=_ROLE):
        apply_settings(settings, using=_ROLE)
        token, last = _applied.set(settings), _last.set({})
        try:
            result = work()
            for writer, items in (_last.get() or {}).items():
                writer(items)
            return result
        finally:
            _applied.reset(token)
            _last.reset(last)


@contextmanager
def _followed() -> Iterator[None]:
    """Do afterwards what was asked for meanwhile; a work that fails tells so itself."""
    token = _afterwards.set([])
    try:
        yield
    finally:
        works = _afterwards.get() or []
        _afterwards.reset(token)
        for work in works:
            work()


@contextmanager
def _joined() -> Iterator[None]:
    """Run nested work under the settings bound now, and give the outer work its own back."""
    outer, inner = _applied.get() or {}, dict(bound_settings())
    if inner == outer:
        yield
        return
    apply_settings(inner, using=_ROLE)
    token = _applied.set(inner)
    try:
        yield
    finally:
        _applied.reset(token)
        # After an error of the database its settings go with the rollback; after any other the outer work
        # may go on, and must not see what only the inner work was to see.
        if _takes_statements():
            apply_settings({name: outer.get(name, "") for name in inner}, using=_ROLE)


def _takes_statements() -> bool:
    raw, needs_rollback = connections[_ROLE].connection, connections[_ROLE].needs_rollback
    return raw is not None and not needs_rollback and raw.info.transaction_status == TransactionStatus.INTRANS


def _retried(work: Callable[[], R]) -> R:
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            return work()
        except (TryAgain, OperationalError, InterfaceError) as error:
            if attempt == ATTEMPTS_MAX or not _is_worth_another_try(error):
                forget_closed_connection(using=_ROLE)
                if tells_of_lost_connection(error):
                    raise database_must_be_reachable() from error
                raise
            # Full jitter keeps two losers of one race from meeting again.
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - no secret depends on it
    raise AssertionError("unreachable")


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of a database error, or an empty string."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def constraint_name(error: BaseException) -> str:
    """Return the constraint that a database error names, or an empty string."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def _is_worth_another_try(error: Exception) -> bool:
    return isinstance(error, TryAgain) or sqlstate(error) in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)


def tells_of_lost_connection(error: Exception) -> bool:
    """Tell a lost connection from every other error.

    The connection itself cannot be asked: on its way out of the transaction Django may have made a new one.
    """
    if isinstance(error, TryAgain):
        return False
    return not sqlstate(error) or sqlstate(error).startswith(CONNECTION_LOST)


def forget_closed_connection(*, using: str) -> None:
    """Make room for a new connection where the one of this role is closed."""
    raw = connections[using].connection
    if raw is not None and raw.closed:
        connections[using].close()


def database_must_be_reachable() -> DatabaseMustBeReachable:
    """Return the error that says that the connection was lost."""
    return DatabaseMustBeReachable(
        "Database: expected a connection, got none. What was confirmed is kept; try the rest again in a "
        "moment under the same reference or idempotency key, and ask the operator if it lasts.",
        evidence={
            "object": "database",
            "expected": "a connection",
            "got": "none",
            "remedy": "try again under the same reference or idempotency key",
        },
    )
