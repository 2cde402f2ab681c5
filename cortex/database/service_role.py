# SPDX-License-Identifier: Apache-2.0
"""Short transactions of the service role, which sees every company: for the relay and its kind alone.

It reads and moves what has no owner yet; whatever touches a company's books runs as the application role.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper

from cortex.database.transactions import (
    database_must_be_reachable,
    forget_closed_connection,
    tells_of_lost_connection,
)

_ROLE = "service"


@contextmanager
def service_transaction() -> Iterator[CursorWrapper]:
    """Yield a cursor of a transaction under the service role; raises DatabaseMustBeReachable."""
    try:
        with transaction.atomic(using=_ROLE), connections[_ROLE].cursor() as cursor:
            yield cursor
    except (OperationalError, InterfaceError) as error:
        if tells_of_lost_connection(error):
            raise database_must_be_reachable() from error
        raise
    finally:
        forget_closed_connection(using=_ROLE)
