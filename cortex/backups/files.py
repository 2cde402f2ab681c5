# SPDX-License-Identifier: Apache-2.0
"""The arguments that `restore` and `verify-restore` share: a backup, what opens it, and a database."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cortex.identity.console import FileMustBeReadable, read_file


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup on disk, and the file of identities that opens it."""

    path: str
    identity_path: str

    @staticmethod
    def add_arguments(parser: ArgumentParser) -> None:
        """Take the three."""
        parser.add_argument("file", metavar="FILE", help="what `cortex backup` wrote")
        parser.add_argument(
            "--identity", required=True, metavar="FILE", help="of `age-keygen`, kept elsewhere"
        )
        parser.add_argument("--database", required=True, metavar="NAME", help="on the administrator's server")

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "BackupFile":
        """Return what was typed."""
        return cls(options["file"], options["identity"])

    @contextmanager
    def opened(self) -> Iterator[tuple[BinaryIO, Any]]:
        """Yield the file and the identities; raises FileMustBeReadable, BackupKeyMustBeReadable."""
        from cortex.backups.archive import parse_identities  # noqa: PLC0415 - it loads cryptography

        identities = parse_identities(read_file(self.identity_path), name=self.identity_path)
        try:
            archive = Path(self.path).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            raise FileMustBeReadable(
                f"File {self.path}: expected a file that can be read, got: {error.strerror}. Check the path.",
                evidence={"object": self.path, "got": error.strerror, "remedy": "check the path"},
            ) from error
        with archive:
            yield archive, identities
