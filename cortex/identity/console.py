# SPDX-License-Identifier: Apache-2.0
"""What commands share: who acts, and files and days that people type.

A refusal is a CortexError that the command lets pass: `cortex.cli` writes it as one line and exits with 1.
"""

import argparse
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError, Malformed
from cortex.identity.principals import principal_of_user
from cortex.identity.users import active_user
from cortex.ports.principal import CONSOLE, Authentication, Principal


class FileMustBeReadable(Malformed):
    """A file that a command was given cannot be read."""

    code = "console.file_must_be_readable"


class FileMustBeWritable(CortexError):
    """A file that a command was told to write cannot be written there."""

    code = "console.file_must_be_writable"


class ConsoleCommand(ScopedCommand):
    """A command on one company, done by `service:console` or in the name of a user."""

    # They load every door of the program, which takes longer than most commands do.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the company and who acts."""
        parser.add_argument("--company", required=True, metavar="CODE")
        self.add_actor(parser)

    def add_actor(self, parser: CommandParser) -> None:
        """Take who acts, where no company is named."""
        parser.add_argument(
            "--as", dest="acting_user", metavar="USER", help="act as this user, with this user's rights"
        )

    def principal(self, acting_user: str | None) -> Principal:
        """Return who acts; raises UserMustExist."""
        if acting_user is None:
            return Principal.service("console")
        at_the_machine = Authentication(methods=frozenset({CONSOLE}))
        return principal_of_user(active_user(username=acting_user), authentication=at_the_machine)


def read_file(path: str) -> bytes:
    """Return the bytes of a file; raises FileMustBeReadable."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileMustBeReadable(
            f"File {path}: expected a file that can be read, got: {error.strerror or error}. Check the path.",
            evidence={"object": path, "got": error.strerror, "remedy": "check the path"},
        ) from error


@contextmanager
def file_written_whole(path: str, *, is_public: bool = False) -> Iterator[BinaryIO]:
    """Open a file that appears under its name when the block ends, or not at all.

    Only its owner reads it, from its first byte on, unless it `is_public`.

    Raises: FileMustBeWritable, before the block does anything that cannot be taken back.
    """
    target = Path(path)
    try:
        # A device or a link, such as /dev/null, would be replaced by a file for everybody.
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise ValueError("no plain file")
        scratch = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        file = os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except (OSError, ValueError) as error:
        raise _not_writable(path, error) from error
    try:
        with file:
            yield file
            os.fchmod(file.fileno(), 0o644 if is_public else 0o600)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
    except OSError as error:
        raise _not_writable(path, error) from error
    finally:
        scratch.unlink(missing_ok=True)


def typed_day(text: str) -> date:
    """Read a day such as 2015-12-31 for argparse, which shows the message of a refusal."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a day such as 2015-12-31, got {text!r}") from error


def _not_writable(path: str, error: OSError | ValueError) -> FileMustBeWritable:
    reason = getattr(error, "strerror", None) or str(error)
    return FileMustBeWritable(
        f"File {path}: expected a place that can be written, got: {reason}. Name another one.",
        evidence={"object": path, "got": reason, "remedy": "name another file"},
    )
