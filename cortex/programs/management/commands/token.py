# SPDX-License-Identifier: Apache-2.0
"""`token --client ID --scope SCOPE…`: print an access token for scripts."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.actions import ISSUE_TOKEN
from cortex.programs.clients.issue_token import issue_token


@asks(ISSUE_TOKEN)
class Command(ScopedCommand):
    """Print a signed access token, and nothing else."""

    help = "Print a signed access token of an OAuth2 client, valid for an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the client and the scopes."""
        parser.add_argument("--client", required=True, metavar="ID")
        parser.add_argument("--scope", required=True, nargs="+", action="extend", metavar="SCOPE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the token."""
        try:
            token = issue_token(
                client_id=options["client"],
                scopes=options["scope"],
                at=get(Clock).now(),
            )
        except CortexError as error:
            raise CommandError(error.message) from error
        self.stdout.write(token)
