# SPDX-License-Identifier: Apache-2.0
"""`renew_keys --company CODE`: a job that brings all that is sealed of a company under the latest keys."""

from typing import Any

from apps.audit.domain.policy_names import RENEW_KEYS, RENEW_KEYS_JOB
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(RENEW_KEYS)
class Command(ConsoleCommand):
    """Print the job's id; its progress stands in the list of jobs."""

    help = "Start the job that rewraps keys of files and of texts after a rotation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the job."""
        from cortex.jobs.enqueue import enqueue  # noqa: PLC0415 - it loads cryptography

        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=RENEW_KEYS) as company:
            job_id = enqueue(kind=RENEW_KEYS_JOB, company_id=company.id, principal=principal)
        self.stdout.write(f"job {job_id}")
