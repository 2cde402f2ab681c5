# SPDX-License-Identifier: Apache-2.0
"""Who may look at jobs and stop them."""

from cortex.policy.actions import Action, declare

READ = "jobs.job.read"
CANCEL = "jobs.job.cancel"
_EVERYBODY = frozenset({"viewer", "clerk", "accountant", "controller", "auditor", "administrator"})
_WORKERS = frozenset({"clerk", "accountant", "controller", "administrator"})


def declare_actions() -> None:
    """Register both actions."""
    declare(
        Action(code=READ, title="See a job", roles=_EVERYBODY, scope="jobs:read"),
        Action(code=CANCEL, title="Cancel a job", roles=_WORKERS, scope="jobs:write"),
    )
