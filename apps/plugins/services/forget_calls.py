# SPDX-License-Identifier: Apache-2.0
"""Forget calls and runs of plugins that are over for 30 days; what legal holds keep stays."""

from datetime import timedelta

from apps.plugins.published import FORGET_CALLS
from cortex.database.service_role import service_transaction
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.legal_holds import LegalHolds
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten, RetainedData, retained

KEPT_DAYS, BATCH = 30, 5_000
_HELD = "SELECT count(*) FROM plugins_call WHERE started_at < %s AND company_id = ANY(%s::uuid[])"
_FORGET = (
    """
DELETE FROM plugins_call t USING (
  SELECT company_id, id FROM plugins_call
   WHERE started_at < %s AND NOT company_id = ANY(%s::uuid[]) LIMIT %s) due
 WHERE t.company_id = due.company_id AND t.id = due.id
""",
    """
DELETE FROM plugins_run t USING (
  SELECT company_id, id FROM plugins_run
   WHERE ended_at < %s AND NOT company_id = ANY(%s::uuid[]) LIMIT %s) due
 WHERE t.company_id = due.company_id AND t.id = due.id
""",
)


def forget_calls(*, forgotten_by: Principal) -> Forgotten:
    """Delete what is over in short batches, and return how many calls were; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=forgotten_by, action=FORGET_CALLS, company_id=None)
    before, done, held = get(Clock).now() - timedelta(days=KEPT_DAYS), 0, 0
    for statement in _FORGET:
        gone = BATCH
        while gone == BATCH:
            with get(LegalHolds).in_force() as now, service_transaction() as cursor:
                companies = list(now.companies)
                cursor.execute(statement, [before, companies, BATCH])
                gone = cursor.rowcount
                done += gone
                cursor.execute(_HELD, [before, companies])
                held = int(cursor.fetchone()[0])
    return Forgotten(done, held)


def declare_retained_calls() -> None:
    """Register calls as data that is kept for a time."""
    retained(
        RetainedData(
            name="plugins.call",
            title="Calls of plugins and their logs",
            read_action="plugins.call.read",
            fixed_days=KEPT_DAYS,
            forget=forget_calls,
        )
    )
