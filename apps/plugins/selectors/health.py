# SPDX-License-Identifier: Apache-2.0
"""How the plugins of companies do, and what they cost: sums over the calls of the last days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.tenancy import scope

DAYS = 14
_BY_PLUGIN = """
SELECT i.id, i.plugin_id, i.state, i.state_reason, count(c.id),
       count(c.id) FILTER (WHERE c.outcome <> ''), coalesce(sum(c.milliseconds), 0),
       coalesce(percentile_disc(0.95) WITHIN GROUP (ORDER BY c.milliseconds), 0), coalesce(sum(c.fuel), 0)
  FROM plugins_installation i
  LEFT JOIN plugins_call c
    ON c.company_id = i.company_id AND c.installation_id = i.id AND c.started_at >= %s
 WHERE i.company_id = %s AND i.state <> 'removed'
 GROUP BY i.id, i.plugin_id, i.state, i.state_reason ORDER BY i.plugin_id
"""
_BY_DAY = """
SELECT installation_id, (started_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE outcome = ''),
       count(*) FILTER (WHERE outcome <> '')
  FROM plugins_call WHERE company_id = %s AND started_at >= %s GROUP BY 1, 2 ORDER BY 2
"""


@dataclass(frozen=True, slots=True)
class Day:
    """Calls of one day, in UTC."""

    date: date
    answered: int
    failed: int


@dataclass(frozen=True, slots=True)
class PluginHealth:
    """One plugin in a company. `milliseconds_p95` is of single calls; the other sums are of all of them."""

    installation_id: UUID
    plugin_id: str
    state: str
    state_reason: str
    calls: int
    failures: int
    milliseconds: int
    milliseconds_p95: int
    fuel: int
    days: Sequence[Day]


@transactional
def plugin_health(*, company_id: UUID, at: datetime) -> list[PluginHealth]:
    """Return how each plugin of the company did in the last days; whoever asks was let in before."""
    since = at - timedelta(days=DAYS)
    with scope([company_id]), connection.cursor() as cursor:
        cursor.execute(_BY_DAY, [company_id, since])
        days: dict[UUID, list[Day]] = {}
        for installation_id, *row in cursor.fetchall():
            days.setdefault(installation_id, []).append(Day(*row))
        cursor.execute(_BY_PLUGIN, [since, company_id])
        return [PluginHealth(*[*row, days.get(row[0], [])]) for row in cursor.fetchall()]
