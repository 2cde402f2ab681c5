# SPDX-License-Identifier: Apache-2.0
"""`create_client`: let a program call the API, as a service user or for people who let it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.users import active_user
from cortex.ports.asking import asks
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import Vault
from cortex.programs.actions import CREATE
from cortex.programs.clients.create_client import SERVICE, create_client
from cortex.programs.clients.terms import KINDS
from cortex.programs.scopes import usual_scopes


@asks(CREATE)
class Command(ScopedCommand):
    """Create an OAuth2 client and print its secret, this once."""

    help = "Create an OAuth2 client. Prints its secret once; CORTEX_CLIENT_SECRET sets one instead."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the client's id, what it is, and what it may ask for."""
        parser.add_argument("--client", required=True, metavar="ID")
        parser.add_argument("--name", default="")
        parser.add_argument("--kind", choices=KINDS, default=SERVICE)
        parser.add_argument("--user", metavar="NAME", help="the service user that a service acts as")
        parser.add_argument(
            "--scope",
            dest="scopes",
            nargs="+",
            action="extend",
            metavar="SCOPE",
            help="what it may ask for; by default every scope there is today but the platform's",
        )
        parser.add_argument(
            "--redirect-uri", dest="redirect_uris", action="append", default=[], metavar="URL"
        )
        parser.add_argument(
            "--post-logout-redirect-uri", dest="logout_uris", action="append", default=[], metavar="URL"
        )
        parser.add_argument("--certificate", default="", metavar="SPIFFE_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the client."""
        given = get(Vault).read_secret(name="CORTEX_CLIENT_SECRET")
        try:
            new = create_client(
                client_id=options["client"],
                name=options["name"] or options["client"],
                kind=options["kind"],
                user=active_user(username=options["user"]) if options["user"] else None,
                scopes=options["scopes"] or usual_scopes(),
                redirect_uris=options["redirect_uris"],
                post_logout_redirect_uris=options["logout_uris"],
                certificate_id=options["certificate"],
                client_secret=given.reveal() if given else None,
                created_by=Principal.service("console"),
            )
        except CortexError as error:
            raise CommandError(error.message) from error
        if new.secret is not None:
            self.stdout.write(new.secret)
