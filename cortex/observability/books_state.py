# SPDX-License-Identifier: Apache-2.0
"""Whether books and log agree: a warning in the probe, for what differs needs somebody and stops nothing."""

from cortex.ports.books_state import BooksState
from cortex.ports.clock import Clock
from cortex.ports.registry import get


def books_are_reconciled() -> bool | None:
    """Return whether the last comparisons are of this day and found nothing, None where there is no company.

    Raises: DatabaseMustBeReachable.
    """
    return get(BooksState).is_reconciled(now=get(Clock).now())
