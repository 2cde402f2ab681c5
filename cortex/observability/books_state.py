# SPDX-License-Identifier: Apache-2.0
"""Whether books and log agree: a warning in the probe, for what differs needs somebody and stops nothing."""

from django.db import connections

from cortex.database.transactions import DatabaseMustBeReachable
from cortex.ports.books_state import BooksState
from cortex.ports.clock import Clock
from cortex.ports.registry import get


def books_are_reconciled() -> bool | None:
    """Return whether the last comparisons are of this day and found nothing, None where nobody can say."""
    try:
        return get(BooksState).is_reconciled(now=get(Clock).now())
    except DatabaseMustBeReachable:
        # The part that is the database tells so.
        return None
    finally:
        # Probes ask from threads that end.
        connections.close_all()
