# SPDX-License-Identifier: Apache-2.0
"""Writers of the registry take turns: what a new version is compared with must not change meanwhile."""

from django.db import connection

# "schemas" in ASCII, so that nobody else takes the same number by accident.
_REGISTRY = 0x736368656D6173


def lock_registry() -> None:
    """Wait for other writers; the lock ends with the transaction.

    One for all subjects: registrations are rare, and references reach from one subject into another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTRY])
