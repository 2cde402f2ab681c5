# SPDX-License-Identifier: Apache-2.0
"""`cortex prepare`: migrate, then run the commands named, in one process that loads the application once."""

import json
import shlex
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from cortex.container.commands import ScopedCommand
from cortex.database.after_migrating import run_steps
from cortex.ports.asking import asks

OWNER = "owner"


# Asked of the database that is up to date then; the rest is done before there is anybody to ask.
@asks("schemas.subject.register")
class Command(ScopedCommand):
    """Print one JSON line for each step done: migrations applied, then what each command printed."""

    help = "Migrate the database and run COMMANDs, reporting each as one JSON line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take any number of command lines, each as one word."""
        parser.add_argument(
            "commands", nargs="*", metavar="COMMAND", help="a command with its arguments, quoted"
        )

    def handle(self, *_: object, **options: Any) -> None:
        """Do the steps in order; the first that fails ends the process."""
        self._report(step="migrate", applied=_migrate())
        for words in map(shlex.split, options["commands"]):
            output = StringIO()
            call_command(*words, stdout=output)
            self._report(step=words[0], output=output.getvalue().strip())

    def _report(self, **result: object) -> None:
        self.stdout.write(json.dumps(result))
        self.stdout.flush()


def _migrate() -> int:
    """Apply what is missing and return how many; `migrate` takes a second even when nothing is."""
    executor = MigrationExecutor(connections[OWNER])
    executor.loader.check_consistent_history(connections[OWNER])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", database=OWNER, interactive=False, verbosity=0)
    else:
        run_steps()
    return len(plan)
