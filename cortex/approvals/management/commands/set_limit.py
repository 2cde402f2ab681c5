# SPDX-License-Identifier: Apache-2.0
"""`set_limit --company CODE …`: up to which amount a role or a member enters alone."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.approvals.actions import CHANGE_LIMITS, PROPOSE
from cortex.approvals.change_or_propose_rules import limit_or_propose, second_person_or_propose
from cortex.identity.console import ConsoleCommand
from cortex.identity.users import active_user
from cortex.policy.access import entered
from cortex.ports.approvals import LIMITED_ROLES, ProposalRef
from cortex.ports.asking import asks


@asks(CHANGE_LIMITS, PROPOSE)
class Command(ConsoleCommand):
    """Set a limit, take it away, or say whether the company requires a second person."""

    help = "Set up to which amount a role or a member enters alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose limit, and how much; or the switch."""
        super().add_arguments(parser)
        subject = parser.add_mutually_exclusive_group(required=True)
        subject.add_argument("--role", choices=LIMITED_ROLES)
        subject.add_argument("--user", metavar="NAME")
        subject.add_argument("--second-person", choices=("required", "not-required"))
        parser.add_argument(
            "--amount-minor",
            type=int,
            help="in minor units of the base currency, such as 100000 for EUR 1,000.00; none takes it away",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the rule and print it, or the proposal to change it."""
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=CHANGE_LIMITS) as company:
            changed: object
            if options["second_person"]:
                is_required = options["second_person"] == "required"
                changed = second_person_or_propose(
                    company_id=company.id, is_required=is_required, set_by=principal
                )
            else:
                changed = limit_or_propose(
                    company_id=company.id,
                    entry_limit_minor=options["amount_minor"],
                    set_by=principal,
                    role=options["role"],
                    user_id=active_user(username=options["user"]).id if options["user"] else None,
                )
        self.stdout.write(f"proposed {changed.id}" if isinstance(changed, ProposalRef) else "changed")
