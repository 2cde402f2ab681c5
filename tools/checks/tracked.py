# SPDX-License-Identifier: Apache-2.0
"""Which files a check looks at, and how it says what it found."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]

Check = Callable[[Iterable[Path]], list[str]]


def tracked_files(*, root: Path = ROOT) -> list[Path]:
    """Return every file that git tracks or would track, and that is still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return sorted(path for name in listed.split("\0") if name and (path := root / name).is_file())


def report(check: Check, *, arguments: Sequence[str]) -> int:
    """Run a check on the named files, or on all; print each finding and return the exit status."""
    paths = [Path(name).resolve() for name in arguments] or tracked_files()
    findings = check(paths)
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


def shown(path: Path) -> str:
    """Return the path as a person names it: from the root of the repository."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
