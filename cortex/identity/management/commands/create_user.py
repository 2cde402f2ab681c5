# SPDX-License-Identifier: Apache-2.0
"""`create_user NAME`: make a person or a service, who signs in by one-time link or password."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.accounts import CREATE_USER, END_SESSION, GRANT_ROLE
from cortex.identity.create_user import create_user
from cortex.identity.models import User
from cortex.ports.asking import asks
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import Vault


@asks(CREATE_USER, END_SESSION, GRANT_ROLE)
class Command(ScopedCommand):
    """Create a user and print its id."""

    help = (
        "Create a user and print its id. The password comes from the secret CORTEX_NEW_PASSWORD, if at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name and what is known of the person; never a password, which others could see."""
        parser.add_argument("username")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--kind", choices=User.Kind.values, default=User.Kind.PERSON)
        parser.add_argument("--platform-administrator", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the user."""
        password = get(Vault).read_secret(name="CORTEX_NEW_PASSWORD")
        try:
            user = create_user(
                username=options["username"],
                full_name=options["full_name"],
                email=options["email"],
                kind=options["kind"],
                password=password.reveal() if password else None,
                created_by=Principal.service("console"),
                is_platform_administrator=options["platform_administrator"],
            )
        except CortexError as error:
            raise CommandError(error.message) from error
        self.stdout.write(str(user.id))
