# SPDX-License-Identifier: Apache-2.0
"""Long work on the books."""

from typing import Any

from apps.accounting.adapters.import_summary_json import import_summary_json
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.services.import_or_propose import import_or_propose
from cortex.jobs.kinds import job_kind
from cortex.jobs.running import RunningJob
from cortex.ports.approvals import ProposalRef


@job_kind("accounting.import_journal", action=IMPORT_JOURNAL, queue="ledger")
def import_journal_job(job: RunningJob) -> dict[str, Any]:
    """Import the job's files and return the summary; run again, it finds its entries and adds nothing.

    Where a second person must agree, the result is the proposal that waits.
    """

    def progress(done: int, total: int) -> None:
        job.progress(done=done, total=total, message=f"{done} of {total} entries")

    imported = import_or_propose(
        company_id=job.company_id,
        accounts_file_id=job.files.get("accounts"),
        journal_file_id=job.files["journal"],
        imported_by=job.principal,
        may_create=bool(job.input["may_create"]),
        progress=progress,
    )
    if isinstance(imported, ProposalRef):
        return {"proposal_id": str(imported.id), "proposal_title": imported.title}
    return import_summary_json(imported)
