# SPDX-License-Identifier: Apache-2.0
"""Short transactions of the service role, which sees every company: for the relay and its kind alone.

It reads and moves what has no owner yet; whatever touches a company's books runs as the application role.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

_ROLE = "service"


@contextmanager
def service_transaction() -> Iterator[CursorWrapper]:
    """Yield a cursor of a transaction under the service role; a lost connection is closed."""
    try:
        with transaction.atomic(using=_ROLE), connections[_ROLE].cursor() as cursor:
            yield cursor
    finally:
        raw = connections[_ROLE].connection
        if raw is not None and (raw.closed or raw.broken):
            connections[_ROLE].close()
