# SPDX-License-Identifier: Apache-2.0
"""What commands share: who acts, and files and days that people type.

A refusal is a CortexError that the command lets pass: `cortex.cli` writes it as one line and exits with 1.
"""

import argparse
from datetime import date
from pathlib import Path

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import Malformed
from cortex.identity.principals import principal_of_user
from cortex.identity.users import active_user
from cortex.ports.principal import Principal


class FileMustBeReadable(Malformed):
    """A file that a command was given cannot be read."""

    code = "console.file_must_be_readable"


class ConsoleCommand(ScopedCommand):
    """A command on one company, done by `service:console` or in the name of a user."""

    # They load every door of the program, which takes longer than most commands do.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the company and who acts."""
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--as", dest="acting_user", metavar="USER", help="act as this user, with this user's rights"
        )

    def principal(self, acting_user: str | None) -> Principal:
        """Return who acts; raises UserMustExist."""
        if acting_user is None:
            return Principal.service("console")
        return principal_of_user(active_user(username=acting_user))


def read_file(path: str) -> bytes:
    """Return the bytes of a file; raises FileMustBeReadable."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileMustBeReadable(
            f"File {path}: expected a file that can be read, got: {error.strerror or error}. Check the path.",
            evidence={"object": path, "got": error.strerror, "remedy": "check the path"},
        ) from error


def typed_day(text: str) -> date:
    """Read a day such as 2015-12-31 for argparse, which shows the message of a refusal."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a day such as 2015-12-31, got {text!r}") from error
