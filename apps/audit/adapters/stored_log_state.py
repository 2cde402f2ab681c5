# SPDX-License-Identifier: Apache-2.0
"""How far the log is behind, from its tables, under the role that sees every company's leaves."""

from datetime import datetime

from django.conf import settings

from cortex.database.service_role import service_transaction
from cortex.ports.log_state import LogLag

# Each part reads a few rows by an index: a probe asks every few seconds.
_WAITING_SINCE = """
WITH signed AS (SELECT coalesce(max(size), 0) AS size FROM audit_checkpoint)
SELECT
  coalesce(
    (SELECT entry.recorded_at FROM audit_leaf leaf JOIN audit_entry entry ON entry.id = leaf.entry_id
      WHERE leaf.leaf_index >= (SELECT size FROM signed) AND leaf.entry_id IS NOT NULL
      ORDER BY leaf.leaf_index LIMIT 1),
    (SELECT recorded_at FROM audit_entry
      WHERE id > (SELECT coalesce(max(entry_id), 0) FROM audit_leaf) ORDER BY id LIMIT 1)),
  (SELECT signed_at FROM audit_checkpoint
    WHERE size > (SELECT cosigned_size FROM audit_log_state) ORDER BY size LIMIT 1)
"""


class StoredLogState:
    """Reads the tables that the integrator writes."""

    def lag(self, *, now: datetime) -> LogLag | None:
        """Return the lag, or None where no signer is configured; raises DatabaseMustBeReachable."""
        if not settings.AUDIT_SIGNER_SOCKET:
            return None
        with service_transaction() as cursor:
            cursor.execute(_WAITING_SINCE)
            unsigned_since, uncosigned_since = cursor.fetchone()
        return LogLag(
            unsigned_seconds=_seconds(unsigned_since, now), uncosigned_seconds=_seconds(uncosigned_since, now)
        )


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
