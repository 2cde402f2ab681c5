# SPDX-License-Identifier: Apache-2.0
"""How what plugins do by themselves ended last, also where they were not even called."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from apps.plugins.models import Installation, PluginRun
from cortex.database.transactions import transactional


@transactional
def newest_runs(installations: Iterable[Installation]) -> Mapping[UUID, PluginRun]:
    """Return the run of each that ended last, none where it has none; companies are in scope.

    A run may be refused before the plugin is called, as where nobody stands behind it any more: then it
    stands among no calls, and here alone. Runs are kept for 30 days.
    """
    rows = list(installations)
    ended = PluginRun.objects.filter(
        company_id__in={row.company_id for row in rows},
        installation_id__in=[row.id for row in rows],
        ended_at__isnull=False,
    )
    newest = ended.order_by("installation_id", "-ended_at", "-id").distinct("installation_id")
    return {run.installation_id: run for run in newest.defer("given")}
