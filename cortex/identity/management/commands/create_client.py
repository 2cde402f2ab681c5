# SPDX-License-Identifier: Apache-2.0
"""`create_client`: let a program call the API as a service user."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.oauth2_clients import create_client
from cortex.identity.users import active_user
from cortex.ports.registry import get
from cortex.ports.vault import Vault


class Command(ScopedCommand):
    """Create an OAuth2 client and print its secret, this once."""

    help = "Create an OAuth2 client. Prints its secret once; CORTEX_CLIENT_SECRET sets one instead."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the client's id and the user it acts as."""
        parser.add_argument("--client", required=True, metavar="ID")
        parser.add_argument("--name", default="")
        parser.add_argument("--user", required=True, metavar="NAME", help="the service user it acts as")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the client."""
        given = get(Vault).read_secret(name="CORTEX_CLIENT_SECRET")
        try:
            secret = create_client(
                client_id=options["client"],
                name=options["name"] or options["client"],
                user=active_user(username=options["user"]),
                client_secret=given.reveal() if given else None,
            )
        except CortexError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)
