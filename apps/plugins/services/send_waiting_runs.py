# SPDX-License-Identifier: Apache-2.0
"""Send runs again that wait too long: their message was lost, or their worker was killed."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from apps.plugins.services.send_runs import send
from cortex.database.service_role import service_transaction

PATIENCE = timedelta(minutes=1)
_WAITING = """
SELECT company_id, id FROM plugins_run
 WHERE (state = 'queued' AND queued_at < %s) OR (state = 'running' AND claimed_until < %s)
 ORDER BY queued_at LIMIT 1000
"""


def send_waiting_runs(*, at: datetime) -> int:
    """Send them, in all companies, and return how many."""
    with service_transaction() as cursor:
        cursor.execute(_WAITING, [at - PATIENCE, at])
        rows: list[tuple[UUID, UUID]] = list(cursor.fetchall())
    by_company = defaultdict(list)
    for company_id, run_id in rows:
        by_company[company_id].append(run_id)
    for company_id, run_ids in by_company.items():
        send(company_id=company_id, run_ids=run_ids)
    return len(rows)
