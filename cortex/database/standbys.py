# SPDX-License-Identifier: Apache-2.0
"""Which standbys follow the database, and whether what is committed waits for one of them."""

from dataclasses import dataclass

from django.db import connection

from cortex.database.provision import APPLICATION, SERVICE
from cortex.database.transactions import transactional

# Any role sees how many senders there are, and what commits wait for. What each sender does is seen by
# members of pg_read_all_stats alone, who see the statements of all sessions as well: ours is none. Without
# standbys named, PostgreSQL says `async` of each; with some named, a commit is acknowledged by one of them,
# or not at all, unless it is told not to wait: for the server, this database, or one of our roles.
_STANDBYS = """
SELECT count(*),
       current_setting('synchronous_standby_names') <> ''
         AND current_setting('synchronous_commit') NOT IN ('off', 'local')
         AND NOT EXISTS (
           SELECT FROM pg_db_role_setting own LEFT JOIN pg_roles role ON role.oid = own.setrole
            WHERE own.setconfig && ARRAY['synchronous_commit=off', 'synchronous_commit=local']
              AND own.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
              AND (own.setrole = 0 OR role.rolname = ANY(%s)))
  FROM pg_stat_replication sender
 WHERE coalesce(sender.state, 'streaming') <> 'backup'
   AND NOT EXISTS (SELECT FROM pg_replication_slots slot
                    WHERE slot.active_pid = sender.pid AND slot.slot_type = 'logical')
"""


@dataclass(frozen=True, slots=True)
class Standbys:
    """How many follow, and whether a commit is acknowledged only after it is on one that was named."""

    count: int
    are_awaited: bool

    @property
    def may_lose(self) -> bool:
        """Return whether a failover to one of them may take back what was acknowledged, and signed."""
        return self.count > 0 and not self.are_awaited


@transactional
def connected_standbys() -> Standbys:
    """Return them as the database sees them now; raises DatabaseMustBeReachable."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDBYS, [[APPLICATION, SERVICE]])
        return Standbys(*cursor.fetchone())
