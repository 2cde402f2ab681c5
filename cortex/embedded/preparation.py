# SPDX-License-Identifier: Apache-2.0
"""Migrations, demo books and sign-in in one process of the application, reported line by line."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from cortex.embedded.errors import StepFailed

COMMAND = "prepare"


class Preparation:
    """`manage.py prepare` at work; each result is one JSON line on its standard output.

    One process for all steps, because loading the application takes longer than finished steps do.
    """

    def __init__(
        self, *, checkout: Path, log: Path, commands: Sequence[str], environ: Mapping[str, str]
    ) -> None:
        """Start the process; it migrates first and then runs `commands` in order."""
        self.log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(checkout / "manage.py"), COMMAND, *commands],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=checkout,
                env=dict(environ),
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Return the running preparation."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process; an interrupted migration is rolled back by the database."""
        self._process.terminate()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait(timeout=60)

    def result(self, *, doing: str) -> Mapping[str, Any]:
        """Wait for the next step and return what it reports.

        Raises: StepFailed, with the last line of the log.
        """
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line:
            raise StepFailed(
                f"{doing} failed ({self._last_words()}); read {self.log}, remove the cause and retry."
            )
        report: Mapping[str, Any] = json.loads(line)
        return report

    def _last_words(self) -> str:
        self._process.wait(timeout=60)
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip().rstrip(".") if lines else f"exit code {self._process.returncode}"
