# SPDX-License-Identifier: Apache-2.0
"""`grant_membership`: give a user roles in a company."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.membership_changes import GRANT
from cortex.identity.models import Membership
from cortex.identity.users import active_user
from cortex.identity.waiting_verbs import grant_or_wait
from cortex.ports.asking import asks
from cortex.ports.principal import Principal
from cortex.ports.waiting_verbs import VerbMustWait
from cortex.tenancy.companies import company_id_for, company_must_exist


@asks(GRANT)
class Command(ScopedCommand):
    """Give a user roles in a company, or change them."""

    help = "Give a user roles in a company, or change them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who, where and what."""
        parser.add_argument("--user", required=True, metavar="NAME")
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--role", dest="roles", required=True, nargs="+", action="extend", choices=Membership.Role.values
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant the membership."""
        try:
            company_id = company_id_for(code=options["company"])
            if company_id is None:
                raise company_must_exist(code=options["company"])
            user = active_user(username=options["user"])
            grant_or_wait(
                company_id=company_id,
                user_id=user.id,
                roles=options["roles"],
                granted_by=Principal.service("console"),
            )
        except VerbMustWait:
            raise
        except CortexError as error:
            raise CommandError(error.message) from error
