# SPDX-License-Identifier: Apache-2.0
"""When each member last did something in the company, as the log of decisions knows it."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.tenancy import scope

# Decisions are numbered by time, and found by who asked: for each member one look at an index. Somebody is
# there in person, or by a program: one that is theirs, or one that they let act.
_LAST_USES = """
SELECT m.user_id, max(used.decided_at)
  FROM identity_membership m
 CROSS JOIN LATERAL (
        SELECT 'user:' || m.user_id AS urn
         UNION
        SELECT 'client:' || a.client_id FROM oauth2_provider_application a
         WHERE a.user_id = m.user_id
         UNION
        SELECT 'client:' || a.client_id || ':user:' || m.user_id FROM oauth2_provider_application a
          JOIN programs_authorization y ON y.application_id = a.id
         WHERE y.user_id = m.user_id) who
 CROSS JOIN LATERAL (
        SELECT d.decided_at FROM policy_decision d
         WHERE d.principal = who.urn AND d.company_id = m.company_id AND d.is_allowed
         ORDER BY d.id DESC LIMIT 1) used
 WHERE m.company_id = %s
 GROUP BY m.user_id
"""


def last_uses(*, company_id: UUID) -> dict[UUID, datetime]:
    """Return the last allowed act of each member, by user; what the log no longer holds is missing."""
    with scope([company_id]):
        return _read(company_id)


@transactional
def _read(company_id: UUID) -> dict[UUID, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_USES, [company_id])
        return dict(cursor.fetchall())
