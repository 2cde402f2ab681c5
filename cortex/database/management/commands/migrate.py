# SPDX-License-Identifier: Apache-2.0
"""`migrate` as the owner of the schema, followed by the rights on tables of libraries."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate

from cortex.container.commands import ScopedCommand
from cortex.database.after_migrating import run_steps
from cortex.database.grants import grant_library_tables
from cortex.ports.asking import asks


# Asked of the database that is up to date then; the rest is done before there is anybody to ask.
@asks("schemas.subject.register")
class Command(ScopedCommand, DjangoMigrate):
    """Change the schema under the owner role."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Make the owner's login the default."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, grant, and do what other rooms do on a database that is up to date."""
        super().handle(*args, **options)
        whole = options["app_label"] is None and not options["plan"] and not options["check_unapplied"]
        if options["database"] == "owner" and whole:
            grant_library_tables(using="owner")
            run_steps()
