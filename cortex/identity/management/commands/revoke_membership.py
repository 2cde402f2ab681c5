# SPDX-License-Identifier: Apache-2.0
"""`revoke_membership`: end what a user is in a company."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.membership_changes import REVOKE
from cortex.identity.users import user_with_name
from cortex.identity.waiting_verbs import revoke_or_wait
from cortex.ports.asking import asks
from cortex.ports.principal import Principal
from cortex.ports.waiting_verbs import VerbMustWait
from cortex.tenancy.companies import company_id_for, company_must_exist


@asks(REVOKE)
class Command(ScopedCommand):
    """End a membership."""

    help = "End what a user is in a company."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who and where."""
        parser.add_argument("--user", required=True, metavar="NAME")
        parser.add_argument("--company", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        """End the membership."""
        try:
            company_id = company_id_for(code=options["company"])
            if company_id is None:
                raise company_must_exist(code=options["company"])
            user = user_with_name(username=options["user"])
            revoke_or_wait(company_id=company_id, user_id=user.id, revoked_by=Principal.service("console"))
        except VerbMustWait:
            raise
        except CortexError as error:
            raise CommandError(error.message) from error
