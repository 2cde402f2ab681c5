# SPDX-License-Identifier: Apache-2.0
"""The checkpoint that an auditor kept: a file of its own, or an earlier archive that holds it."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.note.errors import NoteMustBeWellFormed, refused
from apps.audit.domain.note.signed_note import BYTES_MAX
from cortex.identity.console import read_file


def kept_checkpoint(*, path: str) -> Earlier:
    """Return the tree that it is of.

    Raises: FileMustBeReadable, NoteMustBeWellFormed, CheckpointMustBeWellFormed.
    """
    note = _in_archive(path) if Path(path).is_file() and is_zipfile(path) else read_file(path)
    try:
        return Earlier.of_note(note.decode())
    except UnicodeDecodeError:
        raise refused(NoteMustBeWellFormed, path, expected="a checkpoint in UTF-8", got="others") from None


def _in_archive(path: str) -> bytes:
    try:
        with ZipFile(path) as archive, archive.open("checkpoint") as file:
            return file.read(BYTES_MAX + 1)
    except (BadZipFile, KeyError):
        raise refused(
            NoteMustBeWellFormed, path, expected="an archive with a checkpoint", got="another"
        ) from None
