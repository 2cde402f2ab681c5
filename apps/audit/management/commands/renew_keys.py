# SPDX-License-Identifier: Apache-2.0
"""`renew_keys --company CODE`: a job that brings all that is sealed of a company under the latest keys."""

from typing import Any

from django.core.management.base import CommandParser

from apps.audit.domain.policy_names import RENEW_KEYS
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(RENEW_KEYS)
class Command(ConsoleCommand):
    """Print the job's id; its progress stands in the list of jobs."""

    help = "Start the job that rewraps keys of files, texts and sealed fields after a rotation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        super().add_arguments(parser)
        parser.add_argument(
            "--new-data-keys",
            action="store_true",
            help="Give sealed fields new data keys, too, and seal every text anew under them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the job."""
        from apps.audit.services.privacy.order_renewal import (  # noqa: PLC0415 - it loads cryptography
            order_renewal,
        )

        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=RENEW_KEYS) as company:
            job_id = order_renewal(
                company_id=company.id, ordered_by=principal, with_new_data_keys=options["new_data_keys"]
            )
        self.stdout.write(f"job {job_id}")
