# SPDX-License-Identifier: Apache-2.0
"""Check that nothing large enters the history, which keeps it for ever."""

import sys
from collections.abc import Iterable
from pathlib import Path

from tools.checks.tracked import report, shown

SIZE_KB_MAX = 500
# Hashed locks are generated text and compress well.
ALLOWED_FOLDERS = frozenset({"requirements"})


def too_large(paths: Iterable[Path]) -> list[str]:
    """Return a sentence for each file above the limit, with its size in kilobytes of 1024 bytes."""
    return [
        f"{shown(path)}: {size_kb} kB, expected at most {SIZE_KB_MAX} kB; keep it outside the repository"
        for path in paths
        if path.parent.name not in ALLOWED_FOLDERS and (size_kb := _size_kb(path)) > SIZE_KB_MAX
    ]


def _size_kb(path: Path) -> int:
    return -(-path.stat().st_size // 1024)


if __name__ == "__main__":
    sys.exit(report(too_large, arguments=sys.argv[1:]))
