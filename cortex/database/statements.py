# SPDX-License-Identifier: Apache-2.0
"""Statements that run again and again: prepared once a connection, values sent apart from the text."""

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

# The second time is a sign of more: planning then costs a multiple of running.
_RUNS_BEFORE_PREPARING = 2


def prepared_cursor() -> CursorWrapper:
    """Return a cursor of the default connection that prepares what it runs repeatedly.

    For the short statements of every posting, which the server would otherwise parse and plan each time.
    A pooler in transaction mode must know prepared statements (PgBouncer from 1.21).
    """
    connection.ensure_connection()
    raw = connection.connection
    # Django's own cursors write values into the text and never prepare, whatever stands here.
    raw.prepare_threshold = _RUNS_BEFORE_PREPARING
    return connection._prepare_cursor(ServerBindingCursor(raw))  # type: ignore[attr-defined, call-arg, no-any-return]
