# SPDX-License-Identifier: Apache-2.0
"""`one_time_sign_in --user NAME`: print a link that signs this person in once."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.identity.users import active_user
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@asks("identity.sign_in_link.issue")
class Command(ScopedCommand):
    """Print a link that signs in once, and nothing else."""

    help = "Print a link that signs a person in once, within an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who, and where the program is reached."""
        parser.add_argument("--user", required=True, metavar="NAME")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", metavar="URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the link."""
        try:
            token = issue_one_time_sign_in(user=active_user(username=options["user"]), at=get(Clock).now())
        except CortexError as error:
            raise CommandError(error.message) from error
        path = reverse("accounts:one-time", kwargs={"token": token})
        self.stdout.write(f"{options['base_url'].rstrip('/')}{path}")
