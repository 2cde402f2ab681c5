# SPDX-License-Identifier: Apache-2.0
"""Long work on the books."""

from typing import Any

from apps.accounting.adapters.import_summary_json import import_summary_json
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.services.import_journal import import_journal
from cortex.jobs.kinds import job_kind
from cortex.jobs.running import RunningJob


@job_kind("accounting.import_journal", action=IMPORT_JOURNAL, queue="ledger")
def import_journal_job(job: RunningJob) -> dict[str, Any]:
    """Import the job's files and return the summary; run again, it finds its entries and adds nothing."""

    def progress(done: int, total: int) -> None:
        job.progress(done=done, total=total, message=f"{done} of {total} entries")

    summary = import_journal(
        company_id=job.company_id,
        accounts=job.read_file("accounts") if "accounts" in job.files else None,
        journal=job.read_file("journal"),
        imported_by=job.principal,
        may_create=bool(job.input["may_create"]),
        progress=progress,
    )
    return import_summary_json(summary)
