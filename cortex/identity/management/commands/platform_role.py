# SPDX-License-Identifier: Apache-2.0
"""`platform_role VERB --user NAME --role ROLE`: give a role on the platform, or take it away."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.accounts import END_SESSION, GRANT_ROLE, REVOKE_ROLE
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.models import MARKS
from cortex.identity.revoke_platform_role import revoke_platform_role
from cortex.identity.users import user_with_name
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal


@asks(grant=of(GRANT_ROLE, END_SESSION), revoke=of(REVOKE_ROLE, END_SESSION))
class Command(ScopedCommand):
    """Give or take a role; whoever has the machine needs no second person."""

    help = "Give somebody a role on the platform, or take it away."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what, who and which role."""
        parser.add_argument("verb", choices=("grant", "revoke"))
        parser.add_argument("--user", required=True, metavar="NAME")
        parser.add_argument("--role", required=True, choices=sorted(MARKS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        console, role = Principal.service("console"), options["role"]
        try:
            user = user_with_name(username=options["user"])
            if options["verb"] == "grant":
                grant_platform_role(user_id=user.id, role=role, granted_by=console)
            else:
                revoke_platform_role(user_id=user.id, role=role, revoked_by=console)
        except CortexError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{options['user']}: {options['verb']} {role}: done; every session is ended")
