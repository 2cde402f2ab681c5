# SPDX-License-Identifier: Apache-2.0
"""Run a program to its end, keep what it says, and say loudly when it fails."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

LINES_SHOWN = 25


class StageFailed(Exception):
    """Something of the pipeline did not work; the message ends with a remedy."""


def run(
    words: Sequence[str | Path],
    *,
    remedy: str,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds_max: float = 540,
    with_errors: bool = False,
) -> str:
    """Run a program and return its standard output, with its standard error behind it when that is wanted.

    Raises: StageFailed, with the last lines that it said, when it fails or takes too long.
    """
    command = list(map(str, words))
    try:
        done = subprocess.run(
            command, cwd=directory, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=seconds_max,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise StageFailed(f"{command[0]} is not installed. {remedy}") from error
    except subprocess.TimeoutExpired as error:
        raise StageFailed(f"{_named(command)} took more than {seconds_max:.0f} s. {remedy}") from error
    if done.returncode != 0:
        raise StageFailed(
            f"{_named(command)} ended with {done.returncode}:\n{_tail(done.stdout + done.stderr)}\n{remedy}"
        )
    return done.stdout + done.stderr if with_errors else done.stdout


def _named(command: Sequence[str]) -> str:
    """Name a command by its first words: the rest may be long, or hold what nobody should read."""
    return " ".join(command[:3])


def _tail(output: str) -> str:
    lines = output.strip().splitlines() or ["(it said nothing)"]
    return "\n".join(f"  | {line}" for line in lines[-LINES_SHOWN:])
