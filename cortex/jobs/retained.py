# SPDX-License-Identifier: Apache-2.0
"""Jobs are kept for a time: what was asked for, by whom, and what came of it."""

from cortex.ports.retention import RetainedData, RetainedRows, retained


def declare_retained() -> None:
    """Register jobs that are finished; the files that they read are the storage's."""
    retained(
        RetainedData(
            name="jobs.job",
            title="Finished background work",
            read_action="jobs.job.read",
            rows=RetainedRows(
                table="jobs_job",
                key="id",
                is_due="t.finished_at < %(before)s",
                subjects="array_remove(ARRAY[t.owner_user_id], NULL)",
            ),
        )
    )
