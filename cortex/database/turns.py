# SPDX-License-Identifier: Apache-2.0
"""Turns where there is no row to lock yet: of two that make the same thing at once, one sees the other's."""

from django.db import connection


def take_turns(*names: object) -> None:
    """Wait for others that named the same, and keep them waiting until the open transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [" ".join(str(name) for name in names)]
        )
