# SPDX-License-Identifier: Apache-2.0
"""Whether books and log are compared and agree, as probes see it."""

from datetime import datetime
from typing import Protocol


class BooksState(Protocol):
    """Tells whether the daily comparison of books and log is done and found no difference."""

    def is_reconciled(self, *, now: datetime) -> bool | None:
        """Return it for all companies, None where there is none; raises DatabaseMustBeReachable."""
        ...
