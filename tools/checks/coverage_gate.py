# SPDX-License-Identifier: Apache-2.0
"""Check that lines and branches are each covered well enough; coverage itself gates only their mixture."""

import json
import sys
from pathlib import Path
from typing import Any

from tools.checks.tracked import ROOT

PERCENT_MIN = 90.0


def uncovered(totals: dict[str, Any], *, percent_min: float = PERCENT_MIN) -> list[str]:
    """Return a sentence for each of lines and branches below the limit.

    Shapes: totals is the `totals` of `coverage json` with branch coverage.
    """
    counts = {
        "lines": (totals["covered_lines"], totals["num_statements"]),
        "branches": (totals["covered_branches"], totals["num_branches"]),
    }
    return [
        f"{what}: {covered} of {total} covered ({covered / total:.1%}), expected at least {percent_min:g} %"
        for what, (covered, total) in counts.items()
        if total and 100 * covered < percent_min * total
    ]


def main(path: Path) -> int:
    """Read the report, print what falls short and return the exit status."""
    findings = uncovered(json.loads(path.read_text(encoding="utf-8"))["totals"])
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(ROOT / "coverage.json"))
