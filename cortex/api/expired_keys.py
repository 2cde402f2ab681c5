# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of idempotency keys; every command loads it, so it stands apart from the REST framework."""

from django.db import connection

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.registry import get

BATCH = 5000


@transactional
def forget_expired(*, batch: int = BATCH) -> int:
    """Delete keys that are over, and return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM api_idempotency_key WHERE id IN"
            " (SELECT id FROM api_idempotency_key WHERE expires_at < %s LIMIT %s)",
            [get(Clock).now(), batch],
        )
        return int(cursor.rowcount)
