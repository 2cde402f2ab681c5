# SPDX-License-Identifier: Apache-2.0
"""Whether books, log, signed tree and denials agree, from the results of the daily comparisons."""

from datetime import datetime

from django.db import connection

from apps.audit.domain.standing import RECONCILED_WITHIN
from cortex.database.transactions import transactional
from cortex.tenancy.companies import all_company_ids
from cortex.tenancy.scope import scope

# One row of an index for each company: a probe asks every few seconds.
_AGREE = """
SELECT bool_and(coalesce(last.difference_count, 0) = 0
                AND coalesce(last.finished_at, company.created_at) > %s)
       AND coalesce((SELECT difference_count = 0 AND finished_at > %s FROM audit_log_comparison
                      ORDER BY id DESC LIMIT 1),
                    NOT EXISTS (SELECT FROM audit_checkpoint WHERE signed_at < %s))
       -- A night compares the platform before the companies: one that has compared their objects has its row.
       AND coalesce((SELECT difference_count = 0 AND finished_at > %s FROM audit_platform_comparison
                      ORDER BY id DESC LIMIT 1),
                    NOT EXISTS (SELECT FROM audit_reconciliation WHERE object_count > 0))
       AND coalesce((SELECT difference_count = 0 AND finished_at > %s FROM audit_denial_comparison
                      ORDER BY id DESC LIMIT 1),
                    NOT EXISTS (SELECT FROM audit_denial_seal WHERE sealed_at < %s)
                    -- Where sealing never began there is nothing to compare, and that is no agreement.
                    AND NOT EXISTS (SELECT FROM tenancy_company WHERE created_at < %s))
  FROM tenancy_company company
  LEFT JOIN LATERAL (SELECT finished_at, difference_count FROM audit_reconciliation done
                      WHERE done.company_id = company.id ORDER BY done.id DESC LIMIT 1) last ON true
"""


class StoredBooksState:
    """Reads what the comparisons found; of a company that is younger than a day nothing is expected."""

    def is_reconciled(self, *, now: datetime) -> bool | None:
        """Return it for all companies, None where there is none; raises DatabaseMustBeReachable."""
        with scope(transactional(all_company_ids)()):
            return _agree(now - RECONCILED_WITHIN)


@transactional
def _agree(since: datetime) -> bool | None:
    with connection.cursor() as cursor:
        cursor.execute(_AGREE, [since] * 7)
        (found,) = cursor.fetchone()
    return None if found is None else bool(found)
