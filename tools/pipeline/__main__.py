# SPDX-License-Identifier: Apache-2.0
"""`python -m tools.pipeline [STAGE…]`: run stages in order, time each, stop at the first failure."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from cortex.embedded.errors import EmbeddedError
from tools.pipeline import stages
from tools.pipeline.programs import StageFailed
from tools.pipeline.report import Report
from tools.pipeline.workplace import Workplace, workplace

SECONDS_MAX = 600.0
STAGES: dict[str, Callable[[Workplace, Report], None]] = {
    "lint": stages.lint,
    "unit": stages.unit,
    "build": stages.build,
    "package": stages.package,
    "deploy": stages.deploy,
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the named stages, or all; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.pipeline", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"{', '.join(STAGES)}; none means all")
    wanted = parser.parse_args(words).stages or list(STAGES)
    unknown = sorted(set(wanted) - set(STAGES))
    if unknown:
        parser.error(f"no stage {', '.join(unknown)}; there are {', '.join(STAGES)}")
    with workplace() as place:
        return run([name for name in STAGES if name in wanted], workplace=place, report=Report(sys.stdout))


def run(names: Sequence[str], *, workplace: Workplace, report: Report) -> int:
    """Run stages in their order; a failure, or more than ten minutes in all, is one loud paragraph."""
    started = time.monotonic()
    for name in names:
        try:
            with report.stage(name):
                STAGES[name](workplace, report)
        except (StageFailed, EmbeddedError, OSError) as error:
            report.failed(name, error)
            return 1
    seconds = time.monotonic() - started
    report.total(seconds)
    if seconds > SECONDS_MAX:
        report.say(f"That is more than {SECONDS_MAX:.0f} s. Find the stage that grew, and make it shorter.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
