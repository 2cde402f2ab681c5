# SPDX-License-Identifier: Apache-2.0
"""What keeps logs from being sealed."""

from pathlib import Path

from cortex.errors import CortexError


class LogNamesMustDiffer(CortexError):
    """The segments of a log are known by the name of its file."""

    code = "audit.log_names_must_differ"
    status = 500

    def __init__(self, *, name: str) -> None:
        """Name the file."""
        super().__init__(
            f"LOG_CUSTODY_FILES: expected different names, got {name} twice. Name each log differently.",
            evidence={"object": "LOG_CUSTODY_FILES", "got": name, "remedy": "name each log differently"},
        )


class LogMustBeReadable(CortexError):
    """The account of the worker must be able to read what it is to seal."""

    code = "audit.log_must_be_readable"
    status = 500

    def __init__(self, *, path: Path, reason: str) -> None:
        """Name the log and what the system says."""
        super().__init__(
            f"Log {path.name}: expected a file that the worker can read, got: {reason}."
            " Let its account read it.",
            evidence={"object": path.name, "got": reason, "remedy": "let the worker's account read it"},
        )


class LogsMustBeNamed(CortexError):
    """There is nothing to seal."""

    code = "audit.logs_must_be_named"
    status = 422

    def __init__(self) -> None:
        """Say where files are named."""
        super().__init__(
            "Logs: expected files to seal, got none. Name them, or set LOG_CUSTODY_FILES.",
            evidence={"object": "logs", "remedy": "name files, or set LOG_CUSTODY_FILES"},
        )
