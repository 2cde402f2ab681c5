# SPDX-License-Identifier: Apache-2.0
"""Reading files whose size nobody may choose for us."""

from pathlib import Path

from cortex.boot.configuration.artefact.errors import refused
from cortex.boot.configuration.errors import ConfigurationRefused


def content_of(path: Path, *, bytes_max: int, error: type[ConfigurationRefused]) -> bytes:
    """Return the bytes of a file, read once, or raise `error`, which says what is wrong with it."""
    try:
        if not path.is_file():
            raise refused(error, path, "expected a file, got none.")
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
    except OSError as cause:
        raise refused(error, path, f"it cannot be read: {cause.strerror}.") from None
    if len(content) > bytes_max:
        raise refused(error, path, f"expected at most {bytes_max} bytes, got more.", expected=bytes_max)
    return content
