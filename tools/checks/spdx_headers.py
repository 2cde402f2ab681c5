# SPDX-License-Identifier: Apache-2.0
"""Check that every source file says under which licence it stands."""

import sys
from collections.abc import Iterable
from pathlib import Path

from tools.checks.tracked import report, shown

LINE = "SPDX-License-Identifier: Apache-2.0"
LINES_READ = 3  # A shebang or a document type may stand first.
SUFFIXES = frozenset(
    {".conf", ".css", ".html", ".js", ".ini", ".lua", ".py", ".pyi", ".sh", ".sql", ".toml", ".yaml", ".yml"}
)
NAMES = frozenset({"Makefile", "Dockerfile", "run"})
# Code of others keeps its own notice.
VENDORED = "vendor"


def missing_headers(paths: Iterable[Path]) -> list[str]:
    """Return a sentence for each source file without its licence line."""
    return [
        f"{shown(path)}: expected '{LINE}' in the first {LINES_READ} lines; write it as a comment"
        for path in paths
        if _needs_header(path) and LINE not in _beginning(path)
    ]


def _needs_header(path: Path) -> bool:
    return VENDORED not in path.parts and (path.suffix in SUFFIXES or path.name in NAMES)


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8") as text:
        return "".join(line for line, _ in zip(text, range(LINES_READ), strict=False))


if __name__ == "__main__":
    sys.exit(report(missing_headers, arguments=sys.argv[1:]))
