# SPDX-License-Identifier: Apache-2.0
"""What can be done with jobs; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

READ = "jobs.job.read"
CANCEL = "jobs.job.cancel"
SWITCH_SCHEDULE = "jobs.schedule.switch"
JOB = "Jobs::Job"
JOBS = frozenset({JOB})


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See a job", scope="jobs:read", resources=JOBS),
        Action(code=CANCEL, title="Cancel a job", scope="jobs:write", resources=JOBS),
        Action(code=SWITCH_SCHEDULE, title="Switch what the schedule runs", scope="platform:write"),
    )
