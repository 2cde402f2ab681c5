# SPDX-License-Identifier: Apache-2.0
"""Queue the jobs of plugins whose minute has come; minutes that were missed run once, not once each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from apps.plugins.domain.asked_call import JOB
from apps.plugins.domain.manifest import Job
from apps.plugins.domain.schedule import latest_due
from apps.plugins.models import Installation, PluginRun
from apps.plugins.selectors.versions import manifest_of
from apps.plugins.services.send_runs import send_at_commit
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.tenancy import scope

# Whatever was missed longer ago is not made up for: a company would not expect it any more.
MISSED_MAX = timedelta(days=1)
_WITH_JOBS = """
SELECT DISTINCT company_id FROM plugins_installation
 WHERE state = 'enabled' AND EXISTS (SELECT FROM jsonb_array_elements_text(granted) grant_text
                                      WHERE starts_with(grant_text, 'job:'))
"""


def queue_due_jobs(*, at: datetime) -> int:
    """Queue what is due in every company and return how many runs there are now more."""
    with service_transaction() as cursor:
        cursor.execute(_WITH_JOBS)
        companies: list[UUID] = [row[0] for row in cursor.fetchall()]
    queued = 0
    for company_id in companies:
        with scope([company_id]):
            queued += _queue(company_id, at)
    return queued


@transactional
def _queue(company_id: UUID, at: datetime) -> int:
    runs = list(_due(company_id, at))
    known = PluginRun.objects.filter(company_id=company_id, trigger=JOB)
    before = set(
        known.filter(trigger_id__in=[run.trigger_id for run in runs]).values_list(
            "installation_id", "trigger_id"
        )
    )
    fresh = [run for run in runs if (run.installation_id, run.trigger_id) not in before]
    PluginRun.objects.bulk_create(fresh, ignore_conflicts=True)
    send_at_commit(company_id=company_id, run_ids=[run.id for run in fresh])
    return len(fresh)


def _due(company_id: UUID, at: datetime) -> Iterable[PluginRun]:
    enabled = Installation.objects.filter(company_id=company_id, state=Installation.State.ENABLED)
    for installation in enabled.select_related("version"):
        after = max(installation.installed_at, at - MISSED_MAX)
        for job in manifest_of(installation.version).jobs:
            due = latest_due(schedule=job.schedule, after=after, at=at)
            if due is not None:
                yield _run(installation, job, due, at)


def _run(installation: Installation, job: Job, due: datetime, at: datetime) -> PluginRun:
    minute = due.isoformat(timespec="minutes")
    return PluginRun(
        id=uuid7(),
        company_id=installation.company_id,
        installation_id=installation.id,
        trigger=JOB,
        trigger_id=f"{job.name} {minute}",
        handler=job.handler,
        given={"job": job.name, "due_at": due.isoformat().replace("+00:00", "Z")},
        hops=0,
        queued_at=at,
    )
