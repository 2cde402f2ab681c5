# SPDX-License-Identifier: Apache-2.0
"""`schemas write|register|list`: commit the schemas of events, register them, look at subjects."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.schemas.event_registration import register_events
from cortex.schemas.event_schemas import event_classes, write_schema
from cortex.schemas.selectors import compatibility_of, subject_names, version_numbers


class Command(ScopedCommand):
    """Write, register and list schemas."""

    help = "Write the schemas of changed events beside their classes, register them, or list subjects."
    # `write` is what repairs what the check finds.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("write", help="write the schema of each event that is new or changed")
        verbs.add_parser("register", help="register what is written; `migrate` does it as well")
        verbs.add_parser("list", help="subjects with their compatibility and versions")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb}")()

    def _write(self) -> None:
        for event_class in event_classes():
            path = write_schema(event_class)
            if path is not None:
                self.stdout.write(str(path))

    def _register(self) -> None:
        self.stdout.write(f"{register_events()} registered")

    def _list(self) -> None:
        for name in subject_names():
            numbers = ",".join(map(str, version_numbers(subject=name)))
            self.stdout.write(f"{name} {compatibility_of(subject=name)} {numbers}")
