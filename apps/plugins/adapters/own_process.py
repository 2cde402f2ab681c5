# SPDX-License-Identifier: Apache-2.0
"""Run a module of ours in a process that ends, fed with what is hostile, under bounds of the kernel.

Nothing of the directory where somebody typed a command is imported there: it may be a stranger's.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_apart(
    *,
    module: str,
    words: Sequence[str],
    place: Path,
    seconds_max: float,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run `python -m MODULE WORDS` in `place` and return how it ended.

    `-P` keeps Python from putting the working directory first on its path.

    Raises: subprocess.TimeoutExpired, after the process was killed.
    """
    return subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", module, *words],
        input=given,
        cwd=place,
        capture_output=True,
        timeout=seconds_max,
        check=False,
        env={
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(import_path()),
            "PYTHONDONTWRITEBYTECODE": "1",
            **(environment or {}),
        },
    )


def import_path() -> list[str]:
    """Return where this process imports from; an empty or relative entry would mean the working directory."""
    return [entry for entry in sys.path if Path(entry).is_absolute() and Path(entry).exists()]


def be_bounded(*, cpu_seconds: int, data_bytes: int, file_bytes: int) -> None:
    """Bound this process by the kernel; it leaves no core file, which would hold what it read."""
    for kind, bound in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_DATA, data_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        # A stricter bound of whoever started us stays.
        least = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (least, least))
