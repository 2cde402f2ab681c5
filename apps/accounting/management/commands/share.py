# SPDX-License-Identifier: Apache-2.0
"""`share --company CODE (--entry ID | --account CODE) --with USERNAME [--take-back]`."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from apps.accounting.adapters.policy_entities import READ, SHARE
from apps.accounting.selectors.accounts import get_account
from apps.accounting.services.waiting_verbs import share_or_wait
from cortex.identity.console import ConsoleCommand
from cortex.identity.users import user_with_name
from cortex.policy.access import entered
from cortex.ports.asking import asks


@asks(READ, SHARE)
class Command(ConsoleCommand):
    """Share an entry or an account with a member; policies that look at `viewers` say what that opens."""

    help = "Share one entry or account with a member of the company, or take that back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the object and the member."""
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--entry", type=UUID, metavar="ID")
        which.add_argument("--account", metavar="CODE")
        parser.add_argument("--with", required=True, dest="member", metavar="USERNAME")
        parser.add_argument("--take-back", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print what came of it."""
        principal = self.principal(options["acting_user"])
        member = user_with_name(username=options["member"])
        with entered(principal=principal, company_code=options["company"], action=READ) as company:
            object_id = options["entry"]
            if object_id is None:
                code = options["account"]
                object_id = get_account(company_id=company.id, code=code, reader=principal).id
            is_changed = share_or_wait(
                company_id=company.id,
                kind="account" if options["entry"] is None else "journal_entry",
                object_id=object_id,
                user_id=member.id,
                is_shared=not options["take_back"],
                shared_by=principal,
            )
        done = "taken back" if options["take_back"] else "shared"
        self.stdout.write(done if is_changed else "as it was")
