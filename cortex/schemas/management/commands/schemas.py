# SPDX-License-Identifier: Apache-2.0
"""`schemas write|register|list|mode`: schemas of events, subjects, and the mode for all of them."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks, nothing, of
from cortex.schemas.actions import CONFIGURE, READ, REGISTER
from cortex.schemas.configuration import set_compatibility
from cortex.schemas.event_registration import REGISTRAR, register_events
from cortex.schemas.event_schemas import event_classes, write_schema
from cortex.schemas.rights import require_right
from cortex.schemas.selectors import compatibility_of, subject_names, version_numbers


@asks(
    write=nothing("it writes files of a developer's checkout and looks into no database"),
    register=of(REGISTER),
    list=of(READ),
    mode=of(CONFIGURE),
)
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
        mode = verbs.add_parser("mode", help="set the compatibility of subjects without one of their own")
        mode.add_argument("mode", metavar="MODE")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        if verb == "mode":
            mode = set_compatibility(subject=None, mode=options["mode"].upper(), changed_by=REGISTRAR)
            self.stdout.write(mode)
        else:
            getattr(self, f"_{verb}")()

    def _write(self) -> None:
        for event_class in event_classes():
            path = write_schema(event_class)
            if path is not None:
                self.stdout.write(str(path))

    def _register(self) -> None:
        self.stdout.write(f"{register_events()} registered")

    def _list(self) -> None:
        require_right(principal=REGISTRAR, action=READ)
        for name in subject_names(seen_by=REGISTRAR):
            numbers = ",".join(map(str, version_numbers(subject=name, seen_by=REGISTRAR)))
            self.stdout.write(f"{name} {compatibility_of(subject=name, seen_by=REGISTRAR)} {numbers}")
