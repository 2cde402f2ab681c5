# SPDX-License-Identifier: Apache-2.0
"""Take a position in commit order, to ask later what was known then."""

from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.ids import uuid7


@transactional
def record_commit_position() -> UUID:
    """Store the current snapshot and return its id.

    Rows of transactions still running are not in it, whenever they commit: that is what a timestamp
    comparison would get wrong.
    """
    position_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO database_commit_position (id, cluster_epoch, snapshot)"
            " VALUES (%s, cortex_cluster_epoch(), pg_current_snapshot())",
            [position_id],
        )
    return position_id
