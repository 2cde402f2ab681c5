# SPDX-License-Identifier: Apache-2.0
"""Check that the repository names no machine it was written on and no place it was fetched from."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.checks.tracked import report, shown

PATTERNS = {
    "a path of one machine": re.compile(r"(?<![\w.$}~])/(?:work|root|home|Users)/\w"),
    "a package index": re.compile(
        r"--(?:extra-)?index-url|--find-links|files\.pythonhosted\.org|registry\.npmjs"
    ),
    "an unfinished place": re.compile(r"\b(?:FIXME|HACK)\b|\bTODO\b(?!\(#\d+\))"),
}
# Files that must name what they forbid, and code of others.
EXEMPT = frozenset({"tools/checks/speaks_of_itself.py", "tests/unit/tools/test_speaks_of_itself.py"})


def foreign_words(paths: Iterable[Path]) -> list[str]:
    """Return a sentence for each line that speaks of something other than the project."""
    return [
        f"{shown(path)}:{number}: names {what}: {line.strip()[:80]}"
        for path in paths
        if shown(path) not in EXEMPT and "vendor" not in path.parts
        for number, line in enumerate(_lines(path), start=1)
        for what, pattern in PATTERNS.items()
        if pattern.search(line)
    ]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:  # A picture or a font says nothing.
        return []


if __name__ == "__main__":
    sys.exit(report(foreign_words, arguments=sys.argv[1:]))
