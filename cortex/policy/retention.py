# SPDX-License-Identifier: Apache-2.0
"""Forget decisions that are older than anybody asks about, in batches that hold no lock for long."""

from datetime import timedelta

from cortex.database.service_role import service_transaction
from cortex.ports.clock import Clock
from cortex.ports.registry import get

# A year of books and the months in which it is audited.
KEPT_FOR = timedelta(days=550)
BATCH = 5_000


def forget_old_decisions(*, batch: int = BATCH) -> int:
    """Delete one batch of decisions that are over, and return how many; the audit leaves stay."""
    with service_transaction() as cursor:
        cursor.execute(
            "DELETE FROM policy_decision WHERE id IN"
            " (SELECT id FROM policy_decision WHERE decided_at < %s ORDER BY id LIMIT %s)",
            [get(Clock).now() - KEPT_FOR, batch],
        )
        return int(cursor.rowcount)
